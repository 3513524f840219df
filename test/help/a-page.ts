import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'bun:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import type { SimulatedKey } from '../../src/simulator/keys.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { KeptDigests } from '../../src/usage/kept-digests.ts';
import { chromiumPart, startChromium } from './a-chromium.ts';
import { Bench, type Running } from './a-command.ts';
import { writeDown } from './a-ledger.ts';
import { aSystemPart } from './a-system-part.ts';
import { openStreams, sendMessage } from './some-messages.ts';

/** Debian's Chromium; undefined where there is none, which is told about and a failure in CI. */
export const chromiumPath = aSystemPart(...chromiumPart);

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const screenshots = join(import.meta.dir, '..', '..', 'docs', 'screenshots');

/**
 * How long the page may take to show something (ms): for a machine that is busy with something else. How long it takes
 * is no verdict of a test: `npm run bench -- --only page` measures it.
 */
const patienceMs = 10_000;

export interface StageOptions {
  /** Keys of the simulated API, each also an account of its name, unless `accounts` is false. */
  readonly keys?: readonly SimulatedKey[];
  readonly accounts?: boolean;
  /** The text of config.toml; where it needs it, from the address of the simulated API. */
  readonly config?: string | ((simulator: string) => string);
  /** How sign-ins at the simulated API go. */
  readonly oauth?: OAuthOptions;
  /** Calls that the ledger has from before, of accounts by the ids they have. */
  readonly calls?: (now: number, idOf: (account: string) => string) => readonly CallRecord[];
}

export interface OpenOptions extends BrowserContextOptions {
  readonly path?: string;
  /** Another origin that the browser is sent to. */
  readonly leads?: string;
}

/** A real proxy in a process of its own, a simulated API behind it, and browsers before it. */
export class Stage {
  readonly bench = new Bench();
  readonly simulator: RunningSimulator;
  proxy: Running | undefined;
  readonly #browser: Browser;
  readonly #closing: (() => Promise<void>)[] = [];
  #port = '0';

  constructor(browser: Browser, simulator: RunningSimulator) {
    this.#browser = browser;
    this.simulator = simulator;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Starts the proxy, on the same port as before. */
  async start(): Promise<void> {
    this.proxy = await this.bench.start(['serve', '--no-open', '--port', this.#port]);
    this.#port = new URL(this.proxy.url).port;
  }

  /** A page in a browser that knows nothing yet; an error in it fails the test. */
  async open({ path = '/accounts', leads, ...options }: OpenOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', ({ message }) => wrong.push(message));
    page.on('console', (line) => {
      // What a proxy that is down or says no to a form leaves in the console is the browser's own word.
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
        wrong.push(line.text());
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.url && origin !== leads && protocol.startsWith('http'))
        wrong.push(`a request to ${origin}`);
    });
    this.#closing.push(async () => {
      await context.close();
      expect(wrong).toEqual([]);
    });
    await page.goto(`${this.url}${path}`);
    await page.locator('html[data-ready]').waitFor();
    return page;
  }

  /** A call of a client through the proxy; resolves with the status of its answer. */
  call(text?: string, more?: Record<string, string>): Promise<number> {
    return sendMessage(`${this.url}/v1/messages`, text, more);
  }

  /**
   * Calls of clients that stream slowly, until the test is over or somebody stops them; resolves when each has begun
   * to be answered.
   */
  async streams(count: number): Promise<() => void> {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    this.#closing.push(() => Promise.resolve(leave()));
    const endless = '[[pace:400]] [[text:20000]]';
    await openStreams(`${this.url}/v1/messages`, endless, count, leaving.signal);
    return leave;
  }

  async close(): Promise<void> {
    try {
      for (const close of this.#closing.splice(0)) await close();
    } finally {
      await this.bench.close();
      await this.simulator.close();
    }
  }
}

/** Makes stages that are cleared away after each test; one browser serves a whole file. Call once in a file. */
export function stages(): (options?: StageOptions) => Promise<Stage> {
  let browser: Browser;
  const open: Stage[] = [];
  beforeAll(async () => {
    browser = await startChromium(chromiumPath ?? '');
  });
  afterEach(async () => {
    for (const stage of open.splice(0)) await stage.close();
  });
  afterAll(() => browser.close());
  return async ({ keys = [], accounts = true, config, oauth, calls } = {}) => {
    const stage = new Stage(
      browser,
      await startSimulator({
        keys: [...keys],
        ...(oauth !== undefined && { oauth }),
        clock: wallClock,
        log: silentLog,
      }),
    );
    open.push(stage);
    const { bench, simulator } = stage;
    if (config !== undefined) {
      mkdirSync(bench.home, { mode: 0o700 });
      const text = typeof config === 'string' ? config : config(simulator.url);
      writeFileSync(join(bench.home, 'config.toml'), text, { mode: 0o600 });
    }
    for (const { name, key } of accounts ? keys : []) {
      const words = ['auth', 'add', name, '--kind', 'api-key', '--base-url', simulator.url, '--secret-stdin'];
      const added = await bench.run(words, { input: key });
      if (added.code !== 0) throw new Error(added.err);
    }
    if (calls !== undefined) {
      mkdirSync(bench.home, { mode: 0o700, recursive: true });
      const database = await openDatabase({ path: join(bench.home, 'proxy.db'), log: silentLog });
      const rows = await database.query.selectFrom('accounts').select(['id', 'name']).execute();
      const idOf = (name: string): string => rows.find((row) => row.name === name)?.id ?? name;
      const written = calls(wallClock.now(), idOf);
      await writeDown(database, written);
      const digests = new KeptDigests({ database, log: silentLog });
      for (const call of written) digests.record(call);
      await digests.flush();
      await database.close();
    }
    await stage.start();
    return stage;
  };
}

/** Waits for everything that moves and does not move for ever. */
const stillness = `Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => {})))`;

/** What axe finds wrong with the page as it is (WCAG 2.2 AA and its best practices), in words. */
export async function violations(page: Page): Promise<string[]> {
  // Our own rules let no script of others in: the test brings it past them, the page itself cannot.
  await page.evaluate(axeSource);
  // A page that is being drawn or moved has other colours than it will have.
  await page.evaluate(stillness);
  const found: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

/**
 * Holds back the next answer of `address` that says something of `words`, as it was made when it was asked for:
 * something else can happen in between.
 */
export async function held(
  page: Page,
  address: string,
  words = '',
): Promise<{ isHeld: Promise<void>; letGo(): void }> {
  const [asked, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isFound = false;
  await page.route(address, async (route) => {
    const response = await route.fetch();
    if (!isFound && (await response.text()).includes(words)) {
      isFound = true;
      asked.resolve();
      await free.promise;
    }
    // Who asked may have given it up meanwhile.
    await route.fulfill({ response }).catch(() => undefined);
  });
  return { isHeld: asked.promise, letGo: () => free.resolve() };
}

/** Keeps a picture for docs/page.md, where the tests were asked to (`SCREENSHOTS=1`); of the whole page, or what the window shows. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  if (process.env['SCREENSHOTS'] === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  // A hidden caret would be a style of the browser's own, which the rules of the page let nobody add.
  await page.screenshot({
    path: join(screenshots, `${name}.png`),
    animations: 'disabled',
    caret: 'initial',
    fullPage,
  });
}

/** How a page looks to whom: one run of a test for each. */
export const looks: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
];
