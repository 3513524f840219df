import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { FollowedSeries } from '../../../src/usage/reports/followed-series.ts';
import { dimensions } from '../../../src/usage/reports/groupings.ts';
import * as summary from '../../../src/usage/reports/summary.ts';
import { type SeriesAsk, usageSeries } from '../../../src/usage/reports/usage-series.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';
import { randomCalls, writeDown } from '../../help/a-ledger.ts';
import { Random } from '../../help/a-random.ts';

const hour = 3_600_000;
const minute = 60_000;

describe.each(engines)('what is followed on $name', ({ places }) => {
  const aPlace = places();
  let database: Database;
  let clock: HandClock;
  let followed: FollowedSeries;

  beforeEach(async () => {
    clock = new HandClock();
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    followed = new FollowedSeries({ query: database.query, clock, log: silentLog });
  });

  afterEach(async () => {
    followed.close();
    await database.close();
  });

  /** The last five days, as a page asks for them. */
  const theDays = (more: Partial<SeriesAsk> = {}): SeriesAsk => ({
    by: 'account',
    every: 'day',
    most: 2,
    since: new Date(clock.now() - 5 * 24 * hour).setHours(0, 0, 0, 0),
    until: clock.now() + hour,
    ...more,
  });

  /** A call that began so many ms ago and is over now. */
  const write = (ms: number, more: object = {}): Promise<number[]> =>
    writeDown(database, [aCallRecord({ startedAt: clock.now() - ms, ms, ...more })]);

  test('is what the ledger says, at each moment, however it is told apart', async () => {
    const random = new Random(11);
    await writeDown(database, randomCalls(random, 300, clock.now(), 4));
    for (let round = 0; round < 3; round += 1) {
      for (const by of dimensions)
        for (const more of [{}, { every: 'hour', session: 'session-3' }] as const) {
          const ask = theDays({ by, ...more });
          const expected = await usageSeries(database.query, ask);
          expect(rounded(await followed.ask(ask, round > 0))).toEqual(rounded(expected));
        }
      clock.skip(50 * minute);
      await writeDown(database, [...randomCalls(random, 20, clock.now(), 0.04)].map(short));
    }
  });

  test('adds up only the last hours again', async () => {
    await write(minute);
    const ask = theDays();
    await followed.ask(ask, false);
    // What is older than that is looked at no more: here it is gone, and nobody notices.
    await clock.turn(4 * hour);
    await write(minute);
    const kept = new FollowedSeries({ query: database.query, clock, log: silentLog });
    await kept.ask(theDays(), false);
    await database.query.deleteFrom('rollups').where('hour', '=', hourBefore(clock, 4)).execute();
    expect((await kept.ask(theDays(), true)).total.calls).toBe(2);
    expect((await kept.ask(theDays(), false)).total.calls).toBe(1);
    kept.close();
  });

  test('hears of a call that ran for hours ten minutes later, or when somebody chooses', async () => {
    await write(minute);
    await followed.ask(theDays(), false);
    clock.skip(minute);
    await write(5 * hour);
    expect((await followed.ask(theDays(), true)).total.calls).toBe(1);
    clock.skip(10 * minute);
    // Nobody waits for it: the next one has it.
    await followed.ask(theDays(), true);
    let calls = 0;
    for (let tries = 0; tries < 100 && calls < 2; tries += 1)
      calls = (await followed.ask(theDays(), true)).total.calls;
    expect(calls).toBe(2);
    await write(5 * hour);
    expect((await followed.ask(theDays(), false)).total.calls).toBe(3);
  });

  test('tells a session apart that has become one of the most expensive', async () => {
    const cost = (dollars: number) => aCost({ microUsd: dollars * 1e6 });
    const before = Array.from({ length: 40 }, (_, at) =>
      aCallRecord({ startedAt: clock.now() - 10 * hour, session: `s${at}`, cost: cost(1 + at) }),
    );
    await writeDown(database, before);
    const ask = theDays({ by: 'session' });
    await followed.ask(ask, false);
    await write(minute, { session: 's0', cost: cost(100) });
    const now = await followed.ask(ask, true);
    expect(now.lines[0]).toMatchObject({ key: 's0', total: { usd: 101, calls: 2 } });
    expect(rounded(now)).toEqual(rounded(await usageSeries(database.query, ask)));
  });

  test('tells two sessions apart that rise one after the other, and adds up what was before once for each', async () => {
    const cost = (dollars: number) => aCost({ microUsd: dollars * 1e6 });
    const before = Array.from({ length: 40 }, (_, at) =>
      aCallRecord({ startedAt: clock.now() - 10 * hour, session: `s${at}`, cost: cost(1 + at) }),
    );
    await writeDown(database, before);
    const ask = theDays({ by: 'session' });
    await followed.ask(ask, false);
    for (const session of ['s0', 's1']) {
      clock.skip(minute);
      await write(minute, { session, cost: cost(100) });
      await followed.ask(ask, true);
    }
    // What is older is looked at no more: here it is gone, and nobody notices.
    const expected = rounded(await usageSeries(database.query, ask));
    const old = clock.now() - 9 * hour;
    await database.query.deleteFrom('calls').where('started_at', '<', old).execute();
    for (let round = 0; round < 3; round += 1)
      expect(rounded(await followed.ask(ask, true))).toEqual(expected);
    // Nor are they lost when what is kept is made again.
    clock.skip(11 * minute);
    await writeDown(database, before);
    await followed.ask(ask, true);
    for (let round = 0; round < 3; round += 1)
      expect((await followed.ask(ask, true)).lines.map(({ key }) => key)).toEqual(['s1', 's0', '']);
  });

  test('walks through the lines of the last hours alone, however many there were before', async () => {
    const before = Array.from({ length: 500 }, (_, at) =>
      aCallRecord({ startedAt: clock.now() - 10 * hour, session: `s${at}`, cost: aCost({ microUsd: at }) }),
    );
    await writeDown(database, before);
    await write(minute, { session: 's0' });
    const ask = theDays({ by: 'session' });
    await followed.ask(ask, false);
    const added = spyOn(summary, 'summaryOf');
    try {
      const { total, lines } = await followed.ask(ask, true);
      expect([total.calls, lines.length]).toEqual([501, 3]);
      expect(added.mock.calls.length).toBeLessThan(200);
    } finally {
      added.mockRestore();
    }
  });

  test('a range that is over has nothing new', async () => {
    await write(minute);
    const ask = theDays({ until: clock.now() - 24 * hour });
    expect((await followed.ask(ask, true)).total.calls).toBe(0);
    expect((await followed.ask(ask, true)).slots.length).toBe(5);
  });

  test('is forgotten when nobody asks any more', async () => {
    await followed.ask(theDays(), true);
    expect(clock.waiting).toBe(1);
    await clock.turn(2 * minute);
    expect(clock.waiting).toBe(0);
  });
});

/** Sums of fractions differ in their last digits with the order in which they are added up. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, one: unknown) =>
    typeof one === 'number' ? Number(one.toPrecision(9)) : one,
  );
}

/** Calls that run for hours are told later. */
function short(call: ReturnType<typeof aCallRecord>): ReturnType<typeof aCallRecord> {
  return { ...call, ms: Math.min(call.ms, minute) };
}

function hourBefore(clock: HandClock, hours: number): number {
  return new Date(clock.now() - hours * hour - minute).getHours();
}
