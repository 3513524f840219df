import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountDraft } from '../../src/accounts/draft.ts';
import type { ClientKeyDraft } from '../../src/access/key-draft.ts';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import { LineLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { loadSettings } from '../../src/config/load.ts';
import { placesOf, type Places } from '../../src/config/places.ts';
import { startServer, type RunningServer } from '../../src/server/start.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { openStores } from '../../src/server/stores.ts';

export interface ProxyOptions {
  /** Drafts with the secret, or the tokens of a sign-in, beside them. */
  accounts?: (AccountDraft & { secret?: string; tokens?: TokenSet })[];
  keys?: ClientKeyDraft[];
  /** The text of config.toml. */
  config?: string;
  flags?: Record<string, unknown>;
  clock?: Clock;
  /** How many processes share the port, this one counted; the others are real ones, on the clock on the wall. */
  processes?: number;
  /** What is to be written down stays unwritten until somebody wants it now. */
  isBusy?: boolean;
  /** Start on the home of an earlier one. */
  home?: string;
}

/** What starts a further process of a proxy. */
const sources = [process.execPath, join(import.meta.dir, '..', '..', 'src', 'cli', 'main.ts')];

/** Set, every proxy of a test that says nothing of it shares its port with further processes. */
const ofTests = process.env['CCPROXY_TEST_PROCESSES'];
const processesOfTests = ofTests === undefined ? undefined : Number(ofTests);

/** A whole proxy in this process, on a free port and a home of its own. */
export interface Proxy {
  url: string;
  port: number;
  places: Places;
  /** The client keys, in the order of the drafts. */
  keys: string[];
  /** Every log line so far. */
  lines: Record<string, unknown>[];
  /** What every call that is over left behind. */
  records: CallRecord[];
  server: RunningServer;
  /** Stops it; its home stays for another one. */
  stop(): Promise<void>;
  /** Stops it and removes its home. */
  close(): Promise<void>;
}

export async function aProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'proxy-')));
  const env = { CCPROXY_HOME: home };
  const places = placesOf({ env, userHome: home, workingFolder: home });
  if (options.config !== undefined) await writeFile(places.config, options.config);
  const clock = options.clock ?? wallClock;
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  const log = new LineLog({ level: 'debug', format: 'json', colour: false, clock, write });
  const keys = await fill(options, places, clock, log);
  const { processes = processesOfTests } = options;
  const workers =
    processes === undefined || options.clock !== undefined ? {} : { 'server.workers': processes };
  const flags = { 'server.port': 0, 'log.level': 'debug', ...workers, ...options.flags };
  const loaded = await loadSettings({ places, env, flags });
  const records: CallRecord[] = [];
  const recorders = [(record: CallRecord) => records.push(record)];
  // Who looks at its lines and records once an answer is there finds them.
  const behindTurn = (work: () => void): void => {
    if (options.isBusy !== true) work();
  };
  const world = { places, env, flags, loaded, log, clock, behindTurn, recorders, program: sources };
  const server = await startServer(world).catch(async (error: unknown) => {
    // Nobody gets anything to close.
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
    throw error;
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    places,
    keys,
    lines,
    records,
    server,
    stop: () => server.stop(),
    async close() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function fill(options: ProxyOptions, places: Places, clock: Clock, log: LineLog): Promise<string[]> {
  const stores = await openStores({ places, env: {}, createKey: 'create', clock, log });
  const keys: string[] = [];
  for (const { secret, tokens, ...draft } of options.accounts ?? []) {
    await stores.accounts.add(draft, secret === undefined ? undefined : new Secret(secret), { tokens });
  }
  for (const draft of options.keys ?? []) keys.push((await stores.keys.create(draft)).secret.reveal());
  await stores.close();
  return keys;
}

/** Opens things for one test and closes them all after it, newest first. */
export class Rooms {
  readonly #open: { close(): Promise<void> }[] = [];

  async add<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.#open.push(opened);
    return opened;
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0).toReversed()) await one.close();
  }
}
