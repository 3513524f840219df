import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { sleep } from '../base/clock.ts';
import { LineLog, silentLog } from '../base/log.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { settingsFrom } from '../config/load.ts';
import { placesOf, type Places } from '../config/places.ts';
import { startServer } from '../server/start.ts';
import { openStores } from '../server/stores.ts';
import type { SimulatedKey } from '../simulator/keys.ts';
import { startSimulator } from '../simulator/start.ts';
import { openSender } from '../wire/send.ts';
import { cannotListen } from './cannot-listen.ts';
import type { Action, Cli } from './cli.ts';
import { Story } from './demo-story.ts';
import { drawing, greeting, totals, type DemoFacts } from './demo-view.ts';
import { problem } from './problems.ts';
import { converse } from './sample-client.ts';
import { realPaceMs, sampleKeys } from './simulate.ts';
import { untilSignal } from './signals.ts';
import { clockTime } from './words.ts';

interface DemoOptions {
  readonly seconds?: number;
  readonly port?: number;
  readonly sessions?: number;
}

/** The sample accounts; the last one reaches its limit within seconds and rests for a quarter of a minute. */
const accounts = [
  { name: 'work', requestsPerMinute: undefined },
  { name: 'team', requestsPerMinute: undefined },
  { name: 'small', requestsPerMinute: 4 },
] as const;

/** How often the screen is drawn, and how often lines say how it goes where there is no screen (ms). */
const drawMs = 250;
const lineMs = 5_000;

/** `demo`: proxy, simulated upstream and clients in one process, in a home directory that is thrown away. */
export const demo: Action<DemoOptions> = async (cli, options) => {
  // From here on a signal ends it in good order: nothing may stay behind.
  const over = untilOver(cli, options.seconds);
  const home = await mkdtemp(join(tmpdir(), `${product.binary}-demo-`));
  const ending: (() => Promise<void> | void)[] = [() => rm(home, { recursive: true, force: true })];
  try {
    await play(cli, options, home, over, ending);
  } finally {
    for (const end of ending.toReversed()) await end();
  }
  return 0;
};

async function play(
  cli: Cli,
  options: DemoOptions,
  home: string,
  over: Promise<void>,
  ending: (() => Promise<void> | void)[],
): Promise<void> {
  const { clock } = cli;
  const places = placesOf({ env: { CCPROXY_HOME: home }, userHome: home, workingFolder: home });
  const keys = sampleKeys(accounts.length).map((key, at): SimulatedKey => {
    const requestsPerMinute = accounts[at]?.requestsPerMinute;
    return { ...key, ...(requestsPerMinute !== undefined && { requestsPerMinute }) };
  });
  const upstream = await startSimulator({ keys, pace: realPaceMs, log: silentLog, clock });
  ending.push(() => upstream.close());
  await addAccounts(cli, places, keys, upstream.url);
  const url = await startProxy(cli, places, options.port ?? 0, ending);
  const sender = openSender({ clock });
  ending.push(() => {
    sender.close();
  });
  const proxy = await findRunning(places.run, sender);
  if (proxy === undefined) throw problem('proxy-not-running');
  const facts = { url, sessions: options.sessions ?? 6 };
  const stop = new AbortController();
  const story = new Story(
    () => clock.now(),
    ({ at, words }) => {
      if (!cli.terminal.isScreen) cli.terminal.print(`${clockTime(at, true)}  ${words}`);
    },
  );
  const clients = Array.from({ length: facts.sessions }, (_, at) =>
    converse({
      number: at + 1,
      url,
      sender,
      clock,
      signal: stop.signal,
      onCall: (call) => {
        // What the end of the demo cuts off is no failure.
        if (!stop.signal.aborted) story.note(call);
      },
    }),
  );
  const watching = watch(cli, proxy, story, facts, stop.signal);
  await over;
  stop.abort(new Error('the demo is over'));
  await Promise.all([...clients, watching]);
  cli.terminal.print(totals(story));
}

async function addAccounts(
  { clock }: Cli,
  places: Places,
  keys: readonly SimulatedKey[],
  baseUrl: string,
): Promise<void> {
  const stores = await openStores({ places, env: {}, createKey: 'create', clock, log: silentLog });
  for (const [at, { name }] of accounts.entries()) {
    await stores.accounts.add({ name, kind: 'api-key', baseUrl }, new Secret(keys[at]?.key ?? ''));
  }
  await stores.close();
}

async function startProxy(
  cli: Cli,
  places: Places,
  port: number,
  ending: (() => Promise<void> | void)[],
): Promise<string> {
  const { clock } = cli;
  // Nothing of the person's own settings or environment: a demo looks the same everywhere.
  const flags = { 'server.port': port, 'server.drain_seconds': 0 };
  const input = { places, env: {}, flags };
  const log = new LineLog({
    level: 'error',
    format: 'pretty',
    colour: false,
    clock,
    write: (line) => {
      if (!cli.terminal.isScreen) cli.terminal.note(line.trimEnd());
    },
  });
  const server = await startServer({
    ...input,
    loaded: settingsFrom(undefined, input),
    log,
    clock,
  }).catch(async (error: unknown) => {
    throw await cannotListen(error, { host: '127.0.0.1', port }, cli);
  });
  ending.push(() => server.stop());
  return server.url;
}

/** Shows how it goes until the signal is aborted: a screen that is drawn anew, or plain lines. */
async function watch(
  cli: Cli,
  proxy: RemoteProxy,
  story: Story,
  facts: DemoFacts,
  signal: AbortSignal,
): Promise<void> {
  const { terminal, clock } = cli;
  if (!terminal.isScreen) for (const line of greeting(facts)) terminal.print(line);
  let saidAt = clock.monotonic();
  while (!signal.aborted) {
    story.look((await proxy.status()).accounts);
    if (terminal.isScreen) terminal.redraw(drawing(terminal, facts, story, clock.now()));
    else if (clock.monotonic() - saidAt >= lineMs) {
      saidAt = clock.monotonic();
      terminal.print(`${clockTime(clock.now(), true)}  ${totals(story)}`);
    }
    await sleep(clock, drawMs, signal).catch(() => undefined);
  }
}

function untilOver({ clock }: Cli, seconds: number | undefined): Promise<void> {
  const time = new AbortController();
  const cancel =
    seconds === undefined
      ? undefined
      : clock.after(seconds * 1_000, () => {
          time.abort();
        });
  return untilSignal(time.signal).finally(cancel);
}
