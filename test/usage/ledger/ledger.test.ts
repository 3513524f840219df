import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { sql } from 'kysely';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase, type Database } from '../../../src/database/open.ts';
import { firstIdAt } from '../../../src/usage/ledger/ids.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { callsOfSession, oldestCallAt, totals } from '../../../src/usage/ledger/reading.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';
import { HandClock, settled } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { readLedgerFile } from '../../help/a-ledger-file.ts';
import { MemoryLog } from '../../help/a-log.ts';

const folder = temporaryFolders();
let path: string;
let database: Database;
let clock: HandClock;
let log: MemoryLog;

beforeEach(async () => {
  path = join(folder(), 'proxy.db');
  clock = new HandClock();
  log = new MemoryLog();
  database = await openDatabase({ path, log: silentLog });
});

afterEach(() => database.close());

const ledgerWith = (limits?: { calls: number; bytes: number }) =>
  new Ledger({ database, clock, log, random: () => 0.5, ...(limits && { limits }) });

const fill = () => sql`pragma query_only = 1`.execute(database.query);
const free = () => sql`pragma query_only = 0`.execute(database.query);
const requestIds = () => readLedgerFile(path).requestIds;

test('a call that comes while others are being written waits for company again', async () => {
  let batches = 0;
  let late = true;
  const batch: Database['batch'] = (statements, options) => {
    batches += 1;
    if (late) ledger.record(aCallRecord({ requestId: 'late' }));
    late = false;
    return database.batch(statements, options);
  };
  const spied: Database = Object.assign(Object.create(database), { batch });
  const ledger = new Ledger({ database: spied, clock, log, random: () => 0.5 });
  ledger.record(aCallRecord({ requestId: 'early' }));
  await ledger.flush();
  expect([batches, requestIds()]).toEqual([1, ['early']]);
  await clock.turn(500);
  await ledger.flush();
  expect([batches, requestIds()]).toEqual([2, ['early', 'late']]);
  await ledger.close();
});

/** A call of every sort there is. */
function calls() {
  const { usage, cost } = aCallRecord();
  const startedAt = clock.now() - 5_000;
  const move = {
    fromId: 'acc_bob',
    fromName: 'bob',
    toId: 'acc_ann',
    toName: 'ann',
    reason: '429',
    tokens: 3_000,
    microUsd: 12.5,
  };
  return [
    aCallRecord({ startedAt }),
    aCallRecord({ startedAt, move, attempts: [anAttempt({ status: 429, lesson: 'limited' }), anAttempt()] }),
    aCallRecord({ startedAt, ended: 'cut', usage: { ...usage!, isEstimate: true, thinking: 7 } }),
    aCallRecord({ startedAt, ended: 'client-left', isStream: false }),
    aCallRecord({ startedAt, model: 'claude-new', cost: { ...cost!, basis: 'unknown', isEstimate: true } }),
    aCallRecord({ startedAt: startedAt - 3_600_000, clientId: 'key_1', clientName: 'ci' }),
    {
      requestId: 'req_bare',
      startedAt,
      method: 'GET',
      path: '/v1/models',
      purpose: 'other' as const,
      clientId: 'local',
      clientName: 'local',
      isStream: false,
      status: 503,
      ended: 'error' as const,
      bytesIn: 0,
      bytesOut: 120,
      ms: 1.6,
      attempts: [],
    },
  ];
}

describe('the ledger', () => {
  test('writes a call with everything that is known of it', async () => {
    const ledger = ledgerWith();
    const whole = { agent: 'a', parentAgent: 'p', answeredModel: 'm', errorType: 'e', waitedMs: 12.4 };
    ledger.record(aCallRecord(whole));
    await ledger.flush();
    const rows = await database.query.selectFrom('calls').selectAll().execute();
    expect(rows).toEqual([
      {
        id: firstIdAt(clock.now()) + 32 * 64,
        request_id: 'req_1',
        started_at: aCallRecord().startedAt,
        method: 'POST',
        path: '/v1/messages',
        purpose: 'messages',
        client_id: 'local',
        client_name: 'local',
        session: '3f0f8f5a-5a0c-4bb0-9c55-0a8f4f1a3a11',
        agent: 'a',
        parent_agent: 'p',
        model: 'claude-sonnet-4-5-20250929',
        answered_model: 'm',
        account_id: 'acc_ann',
        account_name: 'ann',
        why: 'session',
        is_stream: 1,
        status: 200,
        ended: 'complete',
        error_type: 'e',
        stop_reason: 'end_turn',
        message_id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
        upstream_request_id: 'req_018EeWyXxfu5pfWkrYcMdjWG',
        bytes_in: 123_456,
        bytes_out: 2_345,
        first_byte_ms: 456,
        ms: 3_457,
        waited_ms: 12,
        attempts: 1,
        input: 12,
        output: 345,
        cache_read: 56_789,
        cache_write_5m: 1_234,
        cache_write_1h: 0,
        thinking: null,
        web_searches: 0,
        web_fetches: 0,
        service_tier: 'standard',
        speed: null,
        inference_geo: null,
        is_estimate: 0,
        cost_micro_usd: 26_842.2,
        cost_basis: 'listed',
        cache_saved_micro_usd: 152_404.8,
      },
    ]);
  });

  test('writes what an answer did not say as null', async () => {
    const ledger = ledgerWith();
    for (const call of calls().slice(-1)) ledger.record(call);
    await ledger.flush();
    const [row = {}] = await database.query.selectFrom('calls').selectAll().execute();
    const said = Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [name]));
    expect(said.join(' ')).toBe(
      'id request_id started_at method path purpose client_id client_name is_stream status ended bytes_in bytes_out ' +
        'ms attempts is_estimate',
    );
  });

  test('keeps sums that agree with the rows, of every sort of call', async () => {
    const ledger = ledgerWith();
    for (let round = 0; round < 30; round += 1) for (const call of calls()) ledger.record(call);
    await ledger.flush();
    for (const call of calls()) ledger.record(call);
    await ledger.flush();
    const { rollups, counted } = readLedgerFile(path);
    expect(rollups).toEqual(counted);
    expect(rollups.length).toBe(4);
    const { calls: count, moves, estimates, errors, cut, client_left } = await totals(database.query);
    expect([count, moves, estimates, errors, cut, client_left]).toEqual([217, 31, 62, 31, 31, 31]);
  });

  test('writes attempts that say more than their call, and moves', async () => {
    const ledger = ledgerWith();
    for (const call of calls()) ledger.record(call);
    await ledger.flush();
    const { attempts, moves } = readLedgerFile(path);
    expect(attempts.map(({ number, status, lesson }) => [number, status, lesson])).toEqual([
      [1, 429, 'limited'],
      [2, 200, 'fine'],
    ]);
    expect(moves).toMatchObject([
      { from_name: 'bob', to_name: 'ann', reason: '429', tokens: 3_000, micro_usd: 12.5 },
    ]);
  });

  test('writes where accounts stand', async () => {
    const ledger = ledgerWith();
    const ann = { accountId: 'acc_ann', accountName: 'ann' };
    ledger.standing({ ...ann, standing: 'resting', until: clock.now() + 60_000, reason: 'tokens used up' });
    await ledger.flush();
    expect(readLedgerFile(path).standings).toMatchObject([
      {
        account_name: 'ann',
        standing: 'resting',
        since: clock.now(),
        until: clock.now() + 60_000,
        reason: 'tokens used up',
      },
    ]);
  });

  test('waits for half a second, and for nothing at all when no call was made', async () => {
    const ledger = ledgerWith();
    expect(clock.waiting).toBe(0);
    ledger.record(aCallRecord());
    await clock.turn(499);
    expect([ledger.look().waiting, ledger.look().lagMs]).toEqual([1, 499]);
    await clock.turn(1);
    await ledger.flush();
    expect([ledger.look().waiting, ledger.look().written, clock.waiting]).toEqual([0, 1, 0]);
  });

  test('does not keep very many waiting', async () => {
    const ledger = ledgerWith();
    for (let number = 0; number < 5_000; number += 1) ledger.record(aCallRecord());
    while (ledger.look().written < 2_048) await settled();
    expect(ledger.look().dropped).toEqual({ calls: 0, attempts: 0 });
    await ledger.flush();
    expect((await totals(database.query)).calls).toBe(5_000);
  });

  test('gives a flood of refused strangers sixty rows a minute, and counts all of them', async () => {
    const ledger = ledgerWith();
    const stranger = aCallRecord({ clientId: 'unknown', status: 401, ended: 'error', requestId: 'stranger' });
    for (let number = 0; number < 500; number += 1) ledger.record(stranger);
    ledger.record(aCallRecord({ requestId: 'ours' }));
    await clock.turn(60_000);
    ledger.record(stranger);
    await ledger.flush();
    expect(requestIds().filter((id) => id === 'stranger').length).toBe(61);
    expect(requestIds()).toContain('ours');
    expect((await totals(database.query)).calls).toBe(502);
    expect(ledger.look()).toMatchObject({ dropped: { calls: 0 }, lastDroppedAt: undefined });
  });

  test('tells of sums that no table takes, and goes on', async () => {
    const ledger = ledgerWith({ calls: 10, bytes: 1e9 });
    await fill();
    for (let number = 0; number < 30; number += 1)
      ledger.record({ ...aCallRecord(), bytesIn: number === 0 ? Number.NaN : 1 });
    await ledger.flush();
    await free();
    await ledger.flush();
    expect(log.events('error')).toEqual(['sums that no ledger takes']);
    expect(ledger.look().waiting).toBe(0);
  });

  test('writes what waits when it is closed, and takes nothing more', async () => {
    const ledger = ledgerWith();
    ledger.record(aCallRecord({ requestId: 'req_last' }));
    await ledger.close();
    ledger.record(aCallRecord({ requestId: 'req_late' }));
    await ledger.flush();
    expect(requestIds()).toEqual(['req_last']);
  });

  test('finds the calls of a session over hours, and nobody else', async () => {
    const ledger = ledgerWith();
    for (const [requestId, session] of [
      ['a', 's1'],
      ['b', 's2'],
      ['c', 's1'],
    ] as const)
      ledger.record(aCallRecord({ requestId, session }));
    await ledger.flush();
    await clock.turn(7_200_000);
    ledger.record(aCallRecord({ requestId: 'd', session: 's1' }));
    await ledger.flush();
    const found = await callsOfSession(database.query, 's1');
    expect(found.map(({ request_id }) => request_id)).toEqual(['a', 'c', 'd']);
    const hours = await database.query.selectFrom('session_hours').selectAll().execute();
    expect(hours.length).toBe(3);
    expect(await oldestCallAt(database.query)).toBe(aCallRecord().startedAt);
  });
});

describe('while nothing can be written', () => {
  test('calls wait, it is said once, and all of them are written later', async () => {
    const ledger = ledgerWith();
    await fill();
    ledger.record(aCallRecord({ requestId: 'req_1' }));
    await ledger.flush();
    ledger.record(aCallRecord({ requestId: 'req_2' }));
    await ledger.flush();
    expect(ledger.look()).toMatchObject({ waiting: 2, failingSince: clock.now() });
    expect(ledger.look().lastError?.reason).toContain('cannot be written');
    await free();
    await clock.turn(2_000);
    await ledger.flush();
    expect(requestIds()).toEqual(['req_1', 'req_2']);
    expect(ledger.look()).toMatchObject({ waiting: 0, failingSince: undefined });
    expect(log.lines.map(({ event }) => event)).toEqual([
      'the ledger cannot be written',
      'the ledger is written again',
    ]);
  });

  test('the oldest lose their rows when there are too many, and stay in the sums', async () => {
    const ledger = ledgerWith({ calls: 100, bytes: 1e9 });
    await fill();
    for (let number = 0; number < 1_000; number += 1)
      ledger.record(aCallRecord({ requestId: `req_${number}`, model: `model-${number % 3}` }));
    await ledger.flush();
    const { dropped, waiting } = ledger.look();
    expect(dropped.calls + waiting).toBe(1_000);
    expect(waiting).toBeLessThanOrEqual(100);
    await free();
    await ledger.flush();
    expect(requestIds()).toEqual(
      Array.from({ length: waiting }, (_, index) => `req_${1_000 - waiting + index}`),
    );
    const { calls, cost_micro_usd: cost } = await totals(database.query);
    expect([calls, Math.round(cost)]).toEqual([1_000, 26_842_200]);
    expect(log.events('warn')).toEqual([
      'the ledger drops rows of calls; their sums are kept',
      'the ledger cannot be written',
    ]);
  });

  test('the disk is asked again after longer and longer pauses, up to ten seconds', async () => {
    const ledger = ledgerWith();
    await fill();
    ledger.record(aCallRecord());
    await ledger.flush();
    const asked: number[] = [];
    const began = clock.now();
    for (let second = 0; second < 40; second += 1) {
      const before = ledger.look().lastError?.at;
      await clock.turn(1_000);
      // Behind whatever the ledger has asked by now.
      await sql`select 1`.execute(database.query);
      await settled();
      const after = ledger.look().lastError?.at;
      if (after !== before) asked.push(((after ?? 0) - began) / 1_000);
    }
    expect(asked).toEqual([1, 3, 7, 15, 25, 35]);
  });

  test('closing gives up, and says how many calls are not in the ledger', async () => {
    const ledger = ledgerWith();
    await fill();
    ledger.record(aCallRecord());
    await ledger.close();
    expect(log.lines.at(-1)).toMatchObject({ event: 'calls are not in the ledger', facts: { count: 1 } });
    expect(clock.waiting).toBe(0);
  });
});
