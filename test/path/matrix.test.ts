import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { freePort } from '../help/a-port.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';

/**
 * How the first account fails, and what becomes of the call: who was tried, in order, and what the client gets.
 * `200` is the whole answer; another number is the upstream's own answer, unchanged; `reset` a broken connection.
 */
type Row = readonly [what: string, scenario: string, stream: Cells, whole: Cells];

/** By how the other account is: ready, resting for an hour, or not there at all. */
type Cells = readonly [ready: string, resting: string, none: string];

const same = (cells: Cells): readonly [Cells, Cells] => [cells, cells];

// oxfmt-ignore
const rows: readonly Row[] = [
  ['429 with headers',    'error-429;retry-after=120',        ...same(['ann bob → 200', 'ann → our 429', 'ann → 429'])],
  // Where nobody else can serve, a limit that is over soon is waited for, and the account asked once more.
  ['429, over soon',      'error-429;retry-after=5',          ...same(['ann bob → 200', 'ann ann → our 429', 'ann ann → 429'])],
  ['429 of a plan',       'limit-5h;reset=120',               ...same(['ann bob → 200', 'ann → our 429', 'ann → 429'])],
  ['429 without',         'throttle',                         ...same(['ann bob → 200', 'ann → 429', 'ann → 429'])],
  ['401',                 'error-401',                        ...same(['ann bob → 200', 'ann → our 429', 'ann → 401'])],
  ['403',                 'error-403',                        ...same(['ann → 403', 'ann → 403', 'ann → 403'])],
  ['400, held',           'organization_on_hold',             ...same(['ann bob → 200', 'ann → our 429', 'ann → 400'])],
  ['400, out of money',   'spend-limit',                      ...same(['ann bob → 200', 'ann → our 429', 'ann → 400'])],
  ['413',                 'error-413',                        ...same(['ann → 413', 'ann → 413', 'ann → 413'])],
  ['500',                 'error-500',                        ...same(['ann bob → 200', 'ann → 500', 'ann → 500'])],
  ['502',                 'error-502',                        ...same(['ann bob → 200', 'ann → 502', 'ann → 502'])],
  ['503',                 'error-503',                        ...same(['ann bob → 200', 'ann → 503', 'ann → 503'])],
  ['504',                 'error-504',                        ...same(['ann bob → 200', 'ann → 504', 'ann → 504'])],
  ['529',                 'error-529',                        ...same(['ann ann ann bob → 200', 'ann ann ann → 529', 'ann ann ann → 529'])],
  ['refused connection',  'refused',                          ...same(['ann bob → 200', 'ann → our 502', 'ann → our 502'])],
  ['reset before headers', 'reset',                           ...same(['ann bob → 200', 'ann → our 502', 'ann → our 502'])],
  ['reset after headers', 'cut-head',                         ['ann bob → 200', 'ann → 200, reset', 'ann → 200, reset'],
                                                              ['ann → 200, reset', 'ann → 200, reset', 'ann → 200, reset']],
  ['error first',         'error-event-head',                 ['ann ann ann bob → 200', 'ann ann ann → 200, error event', 'ann ann ann → 200, error event'],
                                                              ['ann → 200', 'ann → 200', 'ann → 200']],
  ['error mid',           'error-event-text',                 ['ann → 200, error event', 'ann → 200, error event', 'ann → 200, error event'],
                                                              ['ann → 200', 'ann → 200', 'ann → 200']],
  ['slow',                'slow-head-12000+slow-first-12000', ...same(['ann → 200', 'ann → 200', 'ann → 200'])],
  ['silent after the head', 'silence-head',                   ...same(['ann → 200, reset', 'ann → 200, reset', 'ann → 200, reset'])],
  ['silent in the middle', 'silence-text',                    ...same(['ann → 200, reset', 'ann → 200, reset', 'ann → 200, reset'])],
  ['silent from the start', 'silent',                         ...same(['ann → our 504', 'ann → our 504', 'ann → our 504'])],
];

const clock = new HandClock();
const rooms = new Rooms();
const names = ['ann', 'bob'] as const;
type Name = (typeof names)[number];
let upstreams: Record<Name, RunningSimulator>;
let nowhere: string;

const config = `
[upstream]
first_byte_timeout_seconds = 30
answer_timeout_seconds = 40
idle_timeout_seconds = 20
`;

/** A proxy, and a way to tell it that a person has mended an account. */
interface Stage {
  readonly proxy: Proxy;
  readonly remote: RemoteProxy;
}

const stages = new Map<string, Stage>();

async function stageFor(accounts: readonly Name[], isRefused: boolean): Promise<Stage> {
  const key = `${accounts.join()} ${isRefused}`;
  const known = stages.get(key);
  if (known !== undefined) return known;
  const drafts = accounts.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: isRefused && name === 'ann' ? nowhere : upstreams[name].url,
    priority,
    secret: keyOf(name),
  }));
  const proxy = await rooms.add(aProxy({ accounts: drafts, config, clock }));
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: async () => sender.close() }));
  const remote = await findRunning(proxy.places.run, sender);
  if (remote === undefined) throw new Error('the proxy was not found');
  const stage = { proxy, remote };
  stages.set(key, stage);
  return stage;
}

const keyOf = (name: Name): string => `sk-ant-api03-${name}`;

beforeAll(async () => {
  const start = (name: Name): Promise<RunningSimulator> =>
    rooms.add(startSimulator({ keys: [{ key: keyOf(name), name }], clock, log: silentLog }));
  upstreams = { ann: await start('ann'), bob: await start('bob') };
  nowhere = `http://127.0.0.1:${await freePort()}`;
});

afterAll(() => rooms.close());

/** What `doing` leads to, with the clock turned for as long as it waits. */
async function turned<T>(doing: Promise<T>): Promise<T> {
  const done = doing.then((value) => ({ value }));
  for (let seconds = 0; seconds < 500; seconds += 1) {
    const now = await Promise.race([done, whatNeedsNoClock()]);
    if (now !== undefined) return now.value;
    await clock.turn(1_000);
  }
  return doing;
}

async function whatNeedsNoClock(): Promise<undefined> {
  for (let round = 0; round < 10; round += 1) await settled();
}

/** A message of a session of its own, read to its end, as a client sees it. */
async function send({ proxy }: Stage, isStream: boolean, more: string[] = []): Promise<string> {
  const messages = [{ role: 'user', content: 'say something' }];
  const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 100, stream: isStream, messages });
  const head = [
    'POST /v1/messages?beta=true HTTP/1.1',
    'host: localhost',
    'connection: close',
    'content-type: application/json',
    'anthropic-version: 2023-06-01',
    `content-length: ${body.length}`,
    ...more,
  ];
  const before = proxy.records.length;
  const { text, ended } = await turned(rawSend(proxy.port, `${head.join('\r\n')}\r\n\r\n${body}`));
  await until(() => proxy.records.length > before);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
  if (status !== 200) return /\r\nrequest-id: /i.test(text) ? String(status) : `our ${status}`;
  if (ended === 'reset') return '200, reset';
  if (text.includes('event: error')) return '200, error event';
  const isWhole = isStream
    ? text.includes('"type":"message_stop"')
    : text.includes('"stop_reason":"end_turn"');
  return isWhole ? '200' : 'something else';
}

/** Plays a row against the first account. */
async function play(scenario: string, isStream: boolean, others: keyof typeof columns): Promise<string> {
  const isRefused = scenario === 'refused';
  const stage = await stageFor(others === 'none' ? ['ann'] : names, isRefused);
  if (others === 'resting') {
    upstreams.bob.simulator.fault({ scenario: 'error-429;retry-after=3600', times: 1 });
    expect(await send(stage, false, ['x-account-name: bob'])).toBe('429');
  }
  for (const name of names) upstreams[name].simulator.forget();
  if (!isRefused) upstreams.ann.simulator.fault({ scenario });
  const got = await send(stage, isStream);
  const { attempts } = stage.proxy.records.at(-1)!;
  const tried = attempts.map(({ accountName }) => accountName);
  // The upstreams saw what was told, and nothing besides.
  for (const name of names) {
    const reached = isRefused && name === 'ann' ? [] : tried.filter((one) => one === name);
    expect(upstreams[name].simulator.calls).toHaveLength(reached.length);
  }
  await calmDown(stage);
  return `${tried.join(' ')} → ${got}`;
}

/** Rests and connections are over, and what was signed out is not any more. */
async function calmDown({ proxy, remote }: Stage): Promise<void> {
  upstreams.ann.simulator.clearFaults();
  if (proxy.records.at(-1)!.attempts.some(({ lesson }) => lesson === 'refused')) {
    await remote.setAccountEnabled('ann', false);
    await remote.setAccountEnabled('ann', true);
  }
  // Spend limits without an end in sight are the longest.
  clock.skip(31 * 24 * 3_600_000);
  await clock.turn(0);
}

const columns = { ready: 0, resting: 1, none: 2 } as const;
const others = Object.keys(columns) as (keyof typeof columns)[];

describe('how a call ends', () => {
  for (const [what, scenario, stream, whole] of rows) {
    for (const [sort, cells] of [
      ['stream', stream],
      ['whole', whole],
    ] as const) {
      for (const other of others) {
        const expected = cells[columns[other]];
        it(`${what}, ${sort}, others ${other}: ${expected}`, async () => {
          expect(await play(scenario, sort === 'stream', other)).toBe(expected);
        });
      }
    }
  }
});
