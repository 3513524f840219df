import { afterEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { hourAt } from '../../../src/usage/ledger/hours.ts';
import { dimensions } from '../../../src/usage/reports/groupings.ts';
import { usageReport } from '../../../src/usage/reports/usage-report.ts';
import { addedUp } from '../../../src/usage/reports/summary.ts';
import { keysShown, seriesOf, usageSeries } from '../../../src/usage/reports/usage-series.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';
import { engines } from '../../help/a-database.ts';
import { randomCalls, writeDown } from '../../help/a-ledger.ts';
import { Random } from '../../help/a-random.ts';

const now = Date.UTC(2026, 10, 22, 12);
const hour = 3_600_000;
const opened: Database[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const written = async (calls: readonly CallRecord[]): Promise<Database> => {
    const database = await openDatabase({ ...(await aPlace()), log: silentLog });
    opened.push(database);
    await writeDown(database, calls);
    return database;
  };

  test('what is told of each slot and line adds up to what is told of all', async () => {
    const calls = randomCalls(new Random(7), 400, now, 3);
    const { query } = await written(calls);
    const range = { since: now - 5 * 24 * hour, until: now + hour };
    for (const by of dimensions)
      for (const every of ['hour', 'day'] as const)
        for (const filter of [{}, { model: 'claude-opus-4-6' }, { session: 'session-3' }]) {
          const ask = { ...range, ...filter, by };
          const report = await usageReport(query, ask);
          const series = await usageSeries(query, { ...ask, every, most: 2 });
          const seen = series.points.reduce((sum, { calls: count }) => sum + count, 0);
          expect({ by, every, seen }).toEqual({ by, every, seen: report.total.calls });
          expect(series.total).toEqual(report.total);
          const [first] = report.lines;
          expect(series.lines[0]).toMatchObject({ key: first!.key, name: first!.name });
          for (const { total, points } of series.lines) {
            expect(points).toHaveLength(series.slots.length);
            expect(points.reduce((sum, { output }) => sum + output, 0)).toBe(total.output);
          }
          const told = series.lines.reduce((sum, { total }) => sum + total.calls, 0);
          expect(told).toBe(report.total.calls);
        }
  });

  test('slots without a call are there, and a call counts in the one in which it began', async () => {
    const began = now - 26 * hour;
    const { query } = await written([aCallRecord({ startedAt: began, ms: 2 * hour })]);
    const ask = { by: 'session', since: now - 30 * hour, until: now, most: 5 } as const;
    for (const by of ['account', 'session'] as const) {
      const { slots, points } = await usageSeries(query, { ...ask, by, every: 'hour' });
      expect(slots).toHaveLength(30);
      const { day, hour: at } = hourAt(began);
      const slot = `${day} ${String(at).padStart(2, '0')}:00`;
      expect(slots.filter((_, place) => points[place]!.calls > 0)).toEqual([slot]);
    }
  });

  test('the most expensive lines are told apart, and the others together', async () => {
    const { query } = await written(
      [5, 1, 3, 2].map((micro, at) =>
        aCallRecord({
          startedAt: now - at * hour,
          session: `s${micro}`,
          accountId: `acc_${micro}`,
          accountName: `a${micro}`,
          cost: aCost({ microUsd: micro * 1e6 }),
        }),
      ),
    );
    const ask = { since: now - 24 * hour, until: now + hour, every: 'day', most: 2 } as const;
    for (const [by, prefix] of [
      ['account', 'acc_'],
      ['session', 's'],
    ] as const) {
      const { lines } = await usageSeries(query, { ...ask, by });
      expect(lines.map(({ key, isOthers, total }) => [key, isOthers, total.usd])).toEqual([
        [`${prefix}5`, false, 5],
        [`${prefix}3`, false, 3],
        ['', true, 3],
      ]);
    }
  });

  test('calls of no session are a line of their own, apart from those of sessions that are not shown', async () => {
    const { query } = await written([
      aCallRecord({ session: undefined, startedAt: now, cost: aCost({ microUsd: 9e6 }) }),
      aCallRecord({ session: 'cheap', startedAt: now, cost: aCost({ microUsd: 1e6 }) }),
    ]);
    const ask = { by: 'session', since: now - hour, until: now + hour, every: 'hour', most: 1 } as const;
    const { lines } = await usageSeries(query, ask);
    expect(lines.map(({ key, isOthers, total }) => [key, isOthers, total.usd])).toEqual([
      ['', false, 9],
      ['', true, 1],
    ]);
  });
});

test('a range without a single call has its slots, and nothing in them', async () => {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  opened.push(database);
  const ask = { by: 'session', since: now - 6 * hour, until: now, every: 'hour', most: 5 } as const;
  const { slots, lines, points } = await usageSeries(database.query, ask);
  expect(slots).toHaveLength(6);
  expect(lines).toEqual([]);
  expect(points.every(({ calls, cacheShare }) => calls === 0 && cacheShare === null)).toBe(true);
});

test('sessions that were put together, since there are too many, are none that is told apart', () => {
  const sums = (microUsd: number) => addedUp([{ calls: 1, cost_micro_usd: microUsd }]);
  const lines = [
    { key: 'others', name: 'others', sums: sums(9e6) },
    { key: 's1', name: 's1', sums: sums(1e6) },
  ];
  const { day } = hourAt(now);
  const slots = new Map([
    [
      day,
      new Map([
        [undefined, sums(9e6)],
        ['s1', sums(1e6)],
      ]),
    ],
  ]);
  const ask = { by: 'session', every: 'day', most: 2, since: now, until: now + hour } as const;
  expect(keysShown(ask, lines)).toEqual(['s1']);
  const series = seriesOf(ask, { lines, slots });
  expect(series.lines.map(({ key, isOthers, total }) => [key, isOthers, total.usd])).toEqual([
    ['s1', false, 1],
    ['', true, 9],
  ]);
  expect(series.total.usd).toBe(10);
});
