import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '../../../src/config/settings.ts';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { callsOfSession, oldestCallAt, totals } from '../../../src/usage/ledger/reading.ts';
import { Retention } from '../../../src/usage/ledger/retention.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';

const day = 86_400_000;
const opened: Database[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

const tables = ['calls', 'attempts', 'moves', 'standings', 'rollups', 'session_hours'] as const;

/** What the ledger holds, and what its readers say of it. */
async function said(query: Database['query']) {
  const rows = await Promise.all(
    tables.map(async (table) => {
      const all: object[] = await query.selectFrom(table).selectAll().execute();
      return [table, all.map((row) => JSON.stringify(row)).toSorted()] as const;
    }),
  );
  const session = aCallRecord().session ?? '';
  const ofSession = await callsOfSession(query, session);
  return {
    ...Object.fromEntries(rows),
    // Fractions are added up in another order.
    totals: Object.entries(await totals(query)).map(([name, sum]) => [name, Math.round(sum * 1000) / 1000]),
    oldest: await oldestCallAt(query),
    ofSession: ofSession.map(({ id }) => id),
  };
}

/** Calls of three days, with fractions of a millisecond as clocks give them. */
function recordInto(ledger: Ledger, now: number): void {
  const move = {
    fromId: 'acc_bob',
    fromName: 'bob',
    toId: 'acc_ann',
    toName: 'ann',
    reason: '429',
    microUsd: 12.5,
  };
  for (const startedAt of [now - 2 * day, now - day, now - 0.25]) {
    ledger.record(aCallRecord({ startedAt, ms: 3.75, firstByteMs: 1.5 }));
    ledger.record(
      aCallRecord({ startedAt, move, attempts: [anAttempt({ status: 429, atMs: 0.5 }), anAttempt()] }),
    );
    ledger.record(aCallRecord({ startedAt, ended: 'client-left', isStream: false }));
  }
}

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ ...(await aPlace()), log: silentLog });
    opened.push(database);
    return database;
  };

  test('the ledger says what it says in memory: rows, sums, sessions, also after old calls are deleted', async () => {
    const memory = await openDatabase({ path: ':memory:', log: silentLog });
    opened.push(memory);
    const found = [];
    for (const database of [memory, await open()]) {
      const clock = new HandClock();
      const ledger = new Ledger({ database, clock, log: silentLog, random: () => 0.5 });
      recordInto(ledger, clock.now());
      const ann = { accountId: 'acc_ann', accountName: 'ann' };
      ledger.standing({ ...ann, standing: 'resting', until: clock.now() + 60_000, reason: 'used up' });
      await ledger.flush();
      await clock.turn(2 * day);
      recordInto(ledger, clock.now());
      await ledger.flush();
      const before = await said(database.query);
      const settings = () => ({ ...defaultSettings.ledger, keepDays: 1, keepRollupDays: 3 });
      const sweeping = new Retention({ database, clock, log: silentLog, settings }).sweep();
      // Its pauses between the pieces pass as fast as it makes them.
      const isOver = sweeping.then(() => true);
      while (!(await Promise.race([isOver, clock.turn(20).then(() => false)])));
      found.push({ before, after: await said(database.query) });
    }
    expect(found[0]?.before.totals).toContainEqual(['calls', 18]);
    expect(found[0]?.after.ofSession.length).toBeLessThan(found[0]?.before.ofSession.length ?? 0);
    expect(found[1]).toEqual(found[0]);
  });
});
