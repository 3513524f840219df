import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { callsOfSession, inPieces, oldestCallAt, totals } from '../../../src/usage/ledger/reading.ts';
import { Retention } from '../../../src/usage/ledger/retention.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';
import { callRow } from '../../help/a-call-row.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';

// The whole ledger on every engine there is.

const dayMs = 86_400_000;
const move = { fromId: 'a', fromName: 'a', toId: 'b', toName: 'b', reason: '429', microUsd: 2.5 };

describe.each(engines)('the ledger on $name', ({ places }) => {
  const aPlace = places();
  let database: Database;
  let clock: HandClock;

  beforeEach(async () => {
    clock = new HandClock();
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
  });

  afterEach(() => database.close());

  const aLedger = () => new Ledger({ database, clock, log: silentLog, random: () => 0.5 });

  const record = (ledger: Ledger, count: number, session = 's1'): void => {
    for (let number = 0; number < count; number += 1) {
      const attempts = [anAttempt({ status: 429, lesson: 'limited' }), anAttempt()];
      const requestId = `${session}-${number}`;
      const startedAt = clock.now() - 1_000;
      ledger.record(aCallRecord({ requestId, session, startedAt, move, attempts }));
    }
  };

  test('writes calls once each, with their sums, also from two processes that use the same ids', async () => {
    const [one, other] = [aLedger(), aLedger()];
    record(one, 100, 's1');
    record(other, 100, 's2');
    await one.flush();
    await other.flush();
    const sums = await totals(database.query);
    expect(sums).toMatchObject({ calls: 200, attempts: 400, moves: 200, move_micro_usd: 500, input: 2_400 });
    const calls = await callsOfSession(database.query, 's2');
    expect(calls.map(({ request_id }) => request_id)).toEqual(
      Array.from({ length: 100 }, (_, n) => `s2-${n}`),
    );
    expect(calls[0]).toMatchObject({ cost_micro_usd: 26_842.2, cache_read: 56_789, is_stream: 1 });
    expect(calls.every(({ id }) => Number.isSafeInteger(id))).toBe(true);
  });

  test('has the same row of a call whether it was written alone, or shared what it has in common', async () => {
    const ledger = aLedger();
    const call = aCallRecord({
      startedAt: clock.now(),
      errorType: 'api_error',
      agent: 'a1',
      parentAgent: 'a0',
    });
    ledger.record(call);
    await ledger.flush();
    for (let number = 0; number < 8; number += 1) ledger.record(call);
    for (let number = 0; number < 8; number += 1) ledger.record({ ...call, status: 500 + number });
    await ledger.flush();
    const rows = await database.query.selectFrom('calls').selectAll().orderBy('id').execute();
    const expected = { ...callRow(0, call), id: expect.any(Number) };
    const statuses = [500, 501, 502, 503, 504, 505, 506, 507];
    expect(rows).toEqual([
      ...Array.from({ length: 9 }, () => expected),
      ...statuses.map((status) => ({ ...expected, status })),
    ]);
  });

  test('has no row twice, and no call that is left out for the sake of another', async () => {
    const ledger = aLedger();
    record(ledger, 20);
    ledger.record({ ...aCallRecord({ requestId: 'broken' }), bytesIn: Number.NaN });
    await ledger.flush();
    expect([ledger.look().written, ledger.look().dropped.calls]).toEqual([20, 1]);
    expect((await totals(database.query)).calls).toBe(20);
  });

  test('goes through its calls in pieces', async () => {
    const ledger = aLedger();
    record(ledger, 12_000);
    await ledger.flush();
    const sizes: number[] = [];
    await inPieces(database.query, { from: 0 }, async (from, below) => {
      const rows = database.query
        .selectFrom('calls')
        .select('id')
        .where('id', '>=', from)
        .where('id', '<', below);
      sizes.push((await rows.execute()).length);
    });
    expect(sizes).toEqual([5_000, 5_000, 2_000]);
  });

  test('forgets what is old', async () => {
    const ledger = aLedger();
    record(ledger, 300, 'old');
    await ledger.flush();
    await clock.turn(40 * dayMs);
    record(ledger, 5, 'new');
    ledger.standing({ accountId: 'a', accountName: 'a', standing: 'ready' });
    await ledger.flush();
    const settings = () => ({ ...defaultSettings.ledger, keepDays: 30 });
    const state = { isDone: false };
    const sweeping = new Retention({ database, clock, log: silentLog, settings }).sweep().finally(() => {
      state.isDone = true;
    });
    while (!state.isDone) await clock.turn(20);
    await sweeping;
    expect(await callsOfSession(database.query, 'old')).toEqual([]);
    expect((await callsOfSession(database.query, 'new')).length).toBe(5);
    expect(await oldestCallAt(database.query)).toBeGreaterThan(clock.now() - dayMs);
    expect((await totals(database.query)).calls).toBe(305);
  });
});
