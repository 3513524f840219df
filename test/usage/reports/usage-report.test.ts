import { afterEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { hourAt } from '../../../src/usage/ledger/hours.ts';
import { isEstimate } from '../../../src/usage/ledger/rows.ts';
import { groupings } from '../../../src/usage/reports/groupings.ts';
import { usdOf } from '../../../src/usage/reports/summary.ts';
import { usageReport } from '../../../src/usage/reports/usage-report.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';
import { engines } from '../../help/a-database.ts';
import { randomCalls, writeDown } from '../../help/a-ledger.ts';
import { Random } from '../../help/a-random.ts';

const now = Date.UTC(2026, 10, 22, 12);
const always = { since: Date.UTC(2026, 9, 1), until: now + 3_600_000 };
const opened: Database[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

const sum = (calls: readonly CallRecord[], of: (call: CallRecord) => number | undefined): number =>
  calls.reduce((total, call) => total + (of(call) ?? 0), 0);
const count = (calls: readonly CallRecord[], is: (call: CallRecord) => boolean): number =>
  calls.filter(is).length;

/** What calls come to, added up without the code that is tested. */
function addedUp(calls: readonly CallRecord[]) {
  const cacheRead = sum(calls, ({ usage }) => usage?.cacheRead);
  const input = sum(calls, ({ usage }) => usage?.input);
  const cacheWrite5m = sum(calls, ({ usage }) => usage?.cacheWrite5m);
  const cacheWrite1h = sum(calls, ({ usage }) => usage?.cacheWrite1h);
  const prompt = input + cacheRead + cacheWrite5m + cacheWrite1h;
  const begun = calls.filter(({ firstByteMs }) => firstByteMs !== undefined);
  const timed = begun.filter(({ isStream, usage }) => isStream && usage !== undefined);
  const streamed = sum(timed, ({ ms, firstByteMs }) => ms - firstByteMs!);
  return {
    calls: calls.length,
    messages: count(calls, ({ purpose }) => purpose === 'messages'),
    errors: count(calls, ({ ended }) => ended === 'error'),
    cut: count(calls, ({ ended }) => ended === 'cut'),
    clientLeft: count(calls, ({ ended }) => ended === 'client-left'),
    moves: count(calls, ({ move }) => move !== undefined),
    estimates: count(calls, isEstimate),
    input,
    output: sum(calls, ({ usage }) => usage?.output),
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    thinking: sum(calls, ({ usage }) => usage?.thinking),
    webSearches: sum(calls, ({ usage }) => usage?.webSearches),
    usd: usdOf(sum(calls, ({ cost }) => cost?.microUsd)),
    usdOfUnknown: usdOf(sum(calls, ({ cost }) => (cost?.basis === 'unknown' ? cost.microUsd : 0))),
    usdSavedByCache: usdOf(sum(calls, ({ cost }) => cost?.cacheSaved)),
    usdLostToMoves: usdOf(sum(calls, ({ move }) => move?.microUsd)),
    cacheShare: prompt === 0 ? null : cacheRead / prompt,
    firstByteMs: begun.length === 0 ? null : sum(begun, (call) => call.firstByteMs) / begun.length,
    tookMs: calls.length === 0 ? null : sum(calls, ({ ms }) => ms) / calls.length,
    outputPerSecond: streamed === 0 ? null : (sum(timed, ({ usage }) => usage?.output) * 1000) / streamed,
  };
}

const keyOf = {
  day: ({ startedAt }) => hourAt(startedAt).day,
  hour: ({ startedAt }) => {
    const { day, hour } = hourAt(startedAt);
    return `${day} ${String(hour).padStart(2, '0')}:00`;
  },
  account: ({ accountId = '' }) => accountId,
  model: ({ model = '' }) => model,
  client: ({ clientId }) => clientId,
  session: ({ session = '' }) => session,
  agent: ({ agent = '' }) => agent,
} as const satisfies Record<string, (call: CallRecord) => string>;

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const written = async (calls: readonly CallRecord[]): Promise<Database> => {
    const database = await openDatabase({ ...(await aPlace()), log: silentLog });
    opened.push(database);
    await writeDown(database, calls);
    return database;
  };

  test.each([1, 2, 3])('every grouping tells the sums of the calls themselves (%d)', async (seed) => {
    const calls = randomCalls(new Random(seed), 700, now, 5);
    const { query } = await written(calls);
    const whole = addedUp(calls);
    for (const by of groupings) {
      const { lines, total } = await usageReport(query, { by, ...always });
      expect({ by, total }).toEqual({ by, total: whole });
      const expected = Map.groupBy(calls, keyOf[by]);
      expect(lines.map(({ key }) => key).toSorted()).toEqual([...expected.keys()].toSorted());
      for (const { key, name: _, ...line } of lines)
        expect({ by, key, line }).toEqual({ by, key, line: addedUp(expected.get(key)!) });
    }
  });

  test.each(groupings)('filters hold by %s', async (by) => {
    const calls = randomCalls(new Random(9), 500, now, 3);
    const { query } = await written(calls);
    const filters = { account: 'bob', client: 'key_1', model: 'claude-opus-4-6' };
    const fitting = calls.filter(
      ({ accountName, clientId, model }) =>
        accountName === filters.account && clientId === filters.client && model === filters.model,
    );
    expect(fitting.length).toBeGreaterThan(5);
    expect((await usageReport(query, { by, ...always, ...filters })).total).toEqual(addedUp(fitting));
    const byId = { ...filters, account: 'acc_bob' };
    expect((await usageReport(query, { by, ...always, ...byId })).total).toEqual(addedUp(fitting));
    expect((await usageReport(query, { by, ...always, account: 'nobody' })).lines).toEqual([]);
  });

  test.each(groupings)('one session is told by %s, named by the beginning of its id', async (by) => {
    const calls = randomCalls(new Random(4), 400, now, 3);
    const { query } = await written(calls);
    const ofSession = calls.filter(({ session }) => session === 'session-7');
    const { lines, total } = await usageReport(query, { by, ...always, session: 'session-7' });
    expect(total).toEqual(addedUp(ofSession));
    expect(new Set(lines.map(({ key }) => key))).toEqual(new Set(ofSession.map(keyOf[by])));
    // session-1, session-10 and session-11.
    const several = calls.filter(({ session = '' }) => session.startsWith('session-1'));
    expect((await usageReport(query, { by, ...always, session: 'session-1' })).total).toEqual(
      addedUp(several),
    );
  });

  test('an hour belongs to a report from its beginning, and not to one until then', async () => {
    const startedAt = Date.UTC(2026, 10, 20, 10, 30);
    const { query } = await written([aCallRecord({ startedAt })]);
    const calls = async (since: number, until: number): Promise<number> =>
      (await usageReport(query, { by: 'hour', since, until })).total.calls;
    const hour = 3_600_000;
    const begin = Date.UTC(2026, 10, 20, 10);
    expect(await calls(begin, begin + hour)).toBe(1);
    expect(await calls(startedAt + 60_000, begin + hour)).toBe(1);
    expect(await calls(begin - hour, begin)).toBe(0);
    expect(await calls(begin + hour, begin + 2 * hour)).toBe(0);
  });

  test('days stand in their order, everything else by what it cost', async () => {
    const cost = (microUsd: number) => ({ cost: aCost({ microUsd }) });
    const { query } = await written([
      aCallRecord({ startedAt: now - 86_400_000, model: 'cheap', ...cost(1) }),
      aCallRecord({ startedAt: now - 2 * 86_400_000, model: 'dear', ...cost(10) }),
      aCallRecord({ startedAt: now - 3 * 86_400_000, model: 'dear', ...cost(2) }),
    ]);
    const keys = async (by: 'day' | 'model' | 'session') =>
      (await usageReport(query, { by, ...always })).lines.map(({ key }) => key);
    expect(await keys('day')).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
    expect(await keys('model')).toEqual(['dear', 'cheap']);
  });

  test('an account that was renamed is one line under its newest name', async () => {
    const { query } = await written([
      aCallRecord({ startedAt: now - 86_400_000, accountName: 'old' }),
      aCallRecord({ startedAt: now - 1_000, accountName: 'new' }),
    ]);
    for (const session of [undefined, aCallRecord().session]) {
      const { lines } = await usageReport(query, { by: 'account', ...always, session });
      expect(lines).toMatchObject([{ key: 'acc_ann', name: 'new', calls: 2 }]);
    }
  });

  test('an empty ledger has no lines and a total of nothing', async () => {
    const { query } = await written([]);
    for (const by of groupings)
      expect(await usageReport(query, { by, ...always })).toEqual({ lines: [], total: addedUp([]) });
  });
});
