import { afterEach, expect, test } from 'bun:test';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { findRunning } from '../../src/admin/remote.ts';
import type { RequestView, SummaryView } from '../../src/admin/contract-usage.ts';
import type { SeenCall } from '../../src/simulator/record.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { groupings } from '../../src/usage/reports/groupings.ts';
import { openSender } from '../../src/wire/send.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { Random } from '../help/a-random.ts';
import { sumOf } from '../help/a-scrape.ts';

/**
 * A day of traffic, an hour at a time: what `usage` says of it, what `/metrics` says, and what the simulated API has
 * counted itself, must be the same.
 */
const hourMs = 3_600_000;
const rooms = new Rooms();
afterEach(() => rooms.close());

/** The clock on the wall, set ahead by hand; its timers run as ever. */
class SetAhead implements Clock {
  #by = 0;
  readonly monotonic = wallClock.monotonic;
  readonly after = wallClock.after;

  now(): number {
    return wallClock.now() + this.#by;
  }

  set(by: number): void {
    this.#by = by;
  }
}

interface Scene {
  api: RunningSimulator;
  proxy: Proxy;
  clock: SetAhead;
}

const names = ['ann', 'bob', 'carl'];
const keyOf = (name: string): string => `sk-ant-api03-planted-${name}`;

async function aScene(): Promise<Scene> {
  const clock = new SetAhead();
  const api = await startSimulator({
    clock,
    log: silentLog,
    pace: 'burst',
    keys: names.map((name) => ({ name, key: keyOf(name), organization: `org-${name}` })),
  });
  await rooms.add(Promise.resolve({ close: () => api.close(0) }));
  const accounts = names.map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: api.url,
    secret: keyOf(name),
  }));
  return { api, clock, proxy: await rooms.add(aProxy({ accounts, clock })) };
}

const models = ['claude-opus-5-5', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5'];
const prefix = 'A long prompt that is worth a cache. '.repeat(500);

interface Asked {
  readonly session: string;
  readonly agent?: string | undefined;
  readonly model: string;
  readonly isStream: boolean;
  readonly text: string;
  readonly leaves: boolean;
}

/** Makes a call as Claude Code does; resolves when it is over, however it ends. */
async function ask({ url }: Proxy, { session, agent, model, isStream, text, leaves }: Asked): Promise<void> {
  const leaving = new AbortController();
  const content = [
    { type: 'text', text: `${prefix}${session}${text}`, cache_control: { type: 'ephemeral' } },
  ];
  try {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-claude-code-session-id': session,
        ...(agent !== undefined && { 'x-claude-code-agent-id': agent }),
      },
      body: JSON.stringify({
        model,
        max_tokens: 900,
        stream: isStream,
        messages: [{ role: 'user', content }],
      }),
      signal: leaving.signal,
    });
    for await (const _ of answer.body ?? []) if (leaves) leaving.abort();
  } catch {
    // Left, or cut.
  }
}

/** What befalls a call, in so many of a hundred. */
function fateOf(random: Random): Pick<Asked, 'text' | 'leaves'> {
  const fate = random.below(100);
  const length = `[[text:${100 + random.below(1_500)}]]`;
  if (fate < 5) return { text: '[[fault:error-400]]', leaves: false };
  if (fate < 9) return { text: `${length}[[fault:cut-text]]`, leaves: false };
  if (fate < 13) return { text: `${length}[[fault:error-event-text]]`, leaves: false };
  if (fate < 18) return { text: '[[text:3000]][[pace:20]]', leaves: true };
  return { text: length, leaves: false };
}

async function aDay({ api, proxy, clock }: Scene): Promise<number> {
  const random = new Random(24);
  let made = 0;
  for (let hour = 0; hour < 24; hour += 1) {
    clock.set(hour * hourMs);
    const calls = Array.from({ length: 4 + random.below(12) }, () => ({
      session: `session-${Math.floor(hour / 3)}-${random.below(4)}`,
      agent: random.chance(0.3) ? `agent-${random.below(3)}` : undefined,
      model: random.one(models),
      isStream: random.chance(0.8),
      ...fateOf(random),
    }));
    for (let at = 0; at < calls.length; at += 3) {
      // Now and then an account is at its limit for half an hour: its sessions move.
      if (hour % 3 === 1 && at === 6)
        api.simulator.fault({ scenario: 'limit-5h;reset=1800', key: random.one(names), times: 1 });
      await Promise.all(calls.slice(at, at + 3).map((call) => ask(proxy, call)));
    }
    made += calls.length;
    await fetch(`${proxy.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: models[0], messages: [{ role: 'user', content: 'hi' }] }),
    }).then((answer) => answer.text());
    made += 1;
  }
  return made;
}

const sum = <T>(of: readonly T[], value: (one: T) => number | undefined): number =>
  of.reduce((total, one) => total + (value(one) ?? 0), 0);

test('a day of traffic is the same in usage, in the metrics and in what the upstream has counted', async () => {
  const scene = await aScene();
  const { api, proxy } = scene;
  const made = await aDay(scene);
  await until(() => proxy.records.length === made);
  const sender = openSender({ clock: wallClock });
  await rooms.add(
    Promise.resolve({
      close: () => {
        sender.close();
        return Promise.resolve();
      },
    }),
  );
  const reports = (await findRunning(proxy.places.run, sender))!.reports;
  const bounds = { since: wallClock.now() - hourMs, until: wallClock.now() + 25 * hourMs };
  const total = async (by: (typeof groupings)[number]): Promise<SummaryView> =>
    (await reports.usage({ by, ...bounds })).total;
  await until(async () => (await total('session')).calls === made);

  // Every grouping is about the same day.
  const day = await total('day');
  for (const by of groupings) expect({ by, total: await total(by) }).toEqual({ by, total: day });
  expect((await reports.usage({ by: 'hour', ...bounds })).lines.length).toBeGreaterThanOrEqual(24);

  // There was some of everything.
  const requests: RequestView[] = [];
  for (let before: number | undefined; ;) {
    const page = await reports.requests({ limit: 100, before });
    if (page.length === 0) break;
    requests.unshift(...page);
    before = page[0]?.id;
  }
  expect(requests).toHaveLength(made);
  const { errors, cut, clientLeft, moves, estimates, usdLostToMoves } = day;
  const counts = Object.entries({ errors, cut, clientLeft, moves, estimates, usdLostToMoves });
  expect(counts.filter(([, count]) => count <= 0)).toEqual([]);
  expect(new Set(requests.map(({ account }) => account)).size).toBe(3);

  // The metrics say the same.
  const scraped = await (await fetch(`${proxy.url}/metrics`)).text();
  const told = (name: string, labels = {}): number => sumOf(scraped, name, labels) ?? 0;
  expect(told('ccproxy_calls_total')).toBe(day.calls);
  expect(told('ccproxy_calls_total', { purpose: 'messages' })).toBe(day.messages);
  expect(told('ccproxy_calls_total', { ended: 'error' })).toBe(day.errors);
  expect(told('ccproxy_calls_total', { ended: 'cut' })).toBe(day.cut);
  expect(told('ccproxy_calls_total', { ended: 'client-left' })).toBe(day.clientLeft);
  expect(told('ccproxy_moves_total')).toBe(day.moves);
  const tokens = (kind: string): number => told('ccproxy_tokens_total', { kind });
  expect({
    input: tokens('input'),
    output: tokens('output'),
    cacheRead: tokens('cache_read'),
    cacheWrite5m: tokens('cache_write_5m'),
    cacheWrite1h: tokens('cache_write_1h'),
  }).toEqual({
    input: day.input,
    output: day.output,
    cacheRead: day.cacheRead,
    cacheWrite5m: day.cacheWrite5m,
    cacheWrite1h: day.cacheWrite1h,
  });
  expect(told('ccproxy_cost_usd_total')).toBeCloseTo(day.usd, 9);

  // And so does the upstream: every attempt reached it, and every prompt that it told of is there.
  const seen: readonly SeenCall[] = api.simulator.calls;
  expect(seen).toHaveLength(told('ccproxy_attempts_total'));
  expect(sum(requests, ({ attemptCount }) => attemptCount)).toBe(seen.length);
  const isKnown = new Set(
    requests.filter(({ tokens }) => tokens !== null).map((one) => one.upstreamRequestId),
  );
  const billed = seen.filter(({ usage, requestId }) => usage !== undefined && isKnown.has(requestId));
  const untold = seen.filter(({ usage, requestId }) => usage !== undefined && !isKnown.has(requestId));
  // Only one that is not streamed can break off before it says what it is billed with.
  expect(untold.filter(({ stream, ended }) => stream || ended === 'complete')).toEqual([]);
  expect(sum(billed, ({ usage }) => usage?.input)).toBe(day.input);
  expect(sum(billed, ({ usage }) => usage?.cacheRead)).toBe(day.cacheRead);
  expect(sum(billed, ({ usage }) => usage?.cacheWrite5m)).toBe(day.cacheWrite5m);
  expect(sum(billed, ({ usage }) => usage?.cacheWrite1h)).toBe(day.cacheWrite1h);
  for (const name of names) {
    const { total: ofAccount } = await reports.usage({ by: 'model', ...bounds, account: name });
    const onKey = billed.filter(({ key }) => key === name);
    expect(sum(onKey, ({ usage }) => usage?.cacheRead)).toBe(ofAccount.cacheRead);
  }
  // What an answer that broke off would have come to, only the upstream knows.
  const whole = seen.filter(({ ended, usage }) => ended === 'complete' && usage !== undefined);
  const complete = requests.filter(({ ended }) => ended === 'complete');
  expect(sum(complete, ({ tokens }) => tokens?.output)).toBe(sum(whole, ({ usage }) => usage?.output));
  expect(sum(complete, ({ tokens }) => tokens?.thinking ?? 0)).toBe(
    sum(whole, ({ usage }) => usage?.thinking),
  );
  expect(complete.filter(({ tokens }) => tokens?.isEstimate === true)).toEqual([]);
});
