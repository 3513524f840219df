import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { openDatabase, type Database } from '../../../src/database/open.ts';
import { hourAt } from '../../../src/usage/ledger/hours.ts';
import { firstIdAt } from '../../../src/usage/ledger/ids.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { callsOfSession, costOfSession, inPieces, totals } from '../../../src/usage/ledger/reading.ts';
import { Retention } from '../../../src/usage/ledger/retention.ts';
import type { UsageAsk } from '../../../src/usage/reports/ask.ts';
import type { Grouping } from '../../../src/usage/reports/groupings.ts';
import { requestList, type RequestsAsk } from '../../../src/usage/reports/request-list.ts';
import { usageReport } from '../../../src/usage/reports/usage-report.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { fillLedger } from './a-full-ledger.ts';

// Five million calls of ninety days: what the reports and the deleting of old days cost with them.

const calls = 5_000_000;
const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'ccproxy-five-million-'));
const path = join(folder, 'proxy.db');
let database: Database;

beforeAll(async () => {
  database = await openDatabase({ path, log: silentLog });
  const began = performance.now();
  await fillLedger(database, { calls, days: 90, until: Date.now() });
  // Checkpointed, and on the disk: or the first to sync would have to wait for all of it.
  await sql`pragma wal_checkpoint(truncate)`.execute(database.query);
  Bun.spawnSync(['sync']);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`filled in ${seconds.toFixed(0)} s; ${(statSync(path).size / calls).toFixed(0)} bytes a call`);
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const rssMb = (): number => process.memoryUsage.rss() / 1e6;

async function timed<T>(name: string, run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const [before, began] = [rssMb(), performance.now()];
  const value = await run();
  const ms = performance.now() - began;
  console.log(`${name}: ${ms.toFixed(1)} ms, RSS ${before.toFixed(0)} -> ${rssMb().toFixed(0)} MB`);
  return { value, ms };
}

describe('with five million calls', () => {
  test('a month by day is told in less than 300 ms, in flat memory', async () => {
    const since = hourAt(Date.now() - 30 * dayMs).day;
    const byDay = () =>
      database.query
        .selectFrom('rollups')
        .select((eb) => ['day', eb.fn.sum('calls').as('calls'), eb.fn.sum('cost_micro_usd').as('cost')])
        .where('day', '>=', since)
        .groupBy('day')
        .orderBy('day')
        .execute();
    const before = rssMb();
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { value, ms } = await timed('a month by day', byDay);
      expect(value.length).toBe(31);
      times.push(ms);
    }
    // The middle one: the machine may be busy with something else for a moment.
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(300);
    expect(rssMb() - before).toBeLessThan(20);
    expect((await totals(database.query)).calls).toBe(calls);
  });

  test('a month by session is told piece by piece: others wait for milliseconds, memory stays flat', async () => {
    const sessions = new Map<string, number>();
    const before = rssMb();
    let longest = 0;
    await timed('a month by session', () =>
      inPieces(database.query, { from: firstIdAt(Date.now() - 30 * dayMs) }, async (from, below) => {
        const began = performance.now();
        const rows = await database.query
          .selectFrom('calls')
          .select((eb) => ['session', eb.fn.countAll<number>().as('calls')])
          .where('id', '>=', from)
          .where('id', '<', below)
          .groupBy('session')
          .execute();
        longest = Math.max(longest, performance.now() - began);
        for (const { session, calls } of rows)
          sessions.set(session ?? '', (sessions.get(session ?? '') ?? 0) + calls);
      }),
    );
    console.log(`longest piece ${longest.toFixed(1)} ms, ${sessions.size} sessions`);
    expect([...sessions.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(calls / 4);
    expect(rssMb() - before).toBeLessThan(40);
  });

  test('a session is found without an index of the calls', async () => {
    const hour = database.query.selectFrom('session_hours').select('session').limit(1).offset(20_000);
    const { session } = await hour.executeTakeFirstOrThrow();
    const { value } = await timed('one session', () => callsOfSession(database.query, session));
    expect(value.length).toBeGreaterThan(300);
  });

  test('every report that is asked for comes in time, lets nobody wait long, and takes no memory', async () => {
    const waits: number[] = [];
    const state = { isOver: false };
    const others = (async () => {
      while (!state.isOver) {
        const began = performance.now();
        await sql`select 1`.execute(database.query);
        waits.push(performance.now() - began);
        await Bun.sleep(2);
      }
    })();
    const before = rssMb();
    const until = Date.now() + 3_600_000;
    const usage = (by: Grouping, days: number, more: Partial<UsageAsk> = {}) => {
      const since = Date.now() - days * dayMs;
      return timed(
        `usage --by ${by} of ${days} days${more.session === undefined ? '' : ' of one session'}`,
        () => usageReport(database.query, { by, since, until, ...more }),
      );
    };
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) times.push((await usage('day', 30)).ms);
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(300);
    for (const by of ['hour', 'account', 'model', 'client'] as const) await usage(by, 30);
    const { value: sessions } = await usage('session', 7);
    expect(sessions.lines.length).toBeGreaterThan(1_000);
    expect((await usage('agent', 7)).value.total.calls).toBe(sessions.total.calls);
    const session = sessions.lines[500]?.key ?? '';
    expect((await usage('model', 90, { session })).value.total.calls).toBe(sessions.lines[500]!.calls);
    await timed('what one session cost', () => costOfSession(database.query, session));
    const ask = (name: string, more: Partial<RequestsAsk>) =>
      timed(`requests ${name}`, () => requestList(database.query, { limit: 20, ...more }));
    await ask('', {});
    expect((await ask('--limit 1000', { limit: 1_000 })).value).toHaveLength(1_000);
    expect((await ask('--session', { session })).value).toHaveLength(20);
    expect((await ask('--request, which is nowhere', { request: 'nowhere' })).value).toHaveLength(0);
    expect((await ask('--troubled, of which there is none', { troubled: true })).value).toHaveLength(0);
    state.isOver = true;
    await others;
    const sorted = waits.toSorted((a, b) => a - b);
    const part = (of: number) => (sorted[Math.floor((sorted.length - 1) * of)] ?? 0).toFixed(1);
    console.log(`${waits.length} others waited p50 ${part(0.5)}, p99 ${part(0.99)}, at most ${part(1)} ms`);
    expect(Number(part(0.99))).toBeLessThan(50);
    expect(rssMb() - before).toBeLessThan(60);
  });

  test('deleting old days lets nobody wait, and calls go on being written', async () => {
    const clock = wallClock;
    const settings = () => ({ ...defaultSettings.ledger, keepDays: 75 });
    const ledger = new Ledger({ database, clock, log: silentLog, random: Math.random });
    const retention = new Retention({ database, clock, log: silentLog, settings });
    const waits: number[] = [];
    const state = { isOver: false, lagMs: 0, walBytes: 0 };
    const ask = async (): Promise<void> => {
      while (!state.isOver) {
        const began = performance.now();
        await sql`select 1`.execute(database.query);
        waits.push(performance.now() - began);
        state.walBytes = Math.max(state.walBytes, statSync(`${path}-wal`).size);
        await Bun.sleep(3);
      }
    };
    const call = async (): Promise<void> => {
      while (!state.isOver) {
        for (let count = 0; count < 4; count += 1) ledger.record(aCallRecord({ startedAt: Date.now() }));
        state.lagMs = Math.max(state.lagMs, ledger.look().lagMs);
        await Bun.sleep(10);
      }
    };
    const others = [ask(), call()];
    const before = await totals(database.query);
    const { ms } = await timed('deleting 15 of 90 days', () => retention.sweep());
    state.isOver = true;
    await Promise.all(others);
    await ledger.close();
    const sorted = waits.toSorted((a, b) => a - b);
    const part = (of: number) => (sorted[Math.floor((sorted.length - 1) * of)] ?? 0).toFixed(1);
    console.log(
      `${waits.length} others waited p50 ${part(0.5)} ms, p99 ${part(0.99)} ms, at most ${part(1)} ms; ` +
        `calls written at most ${state.lagMs} ms late; write-ahead log at most ${(state.walBytes / 1e6).toFixed(1)} MB`,
    );
    expect(ms).toBeGreaterThan(0);
    expect(Number(part(0.99))).toBeLessThan(50);
    expect(state.lagMs).toBeLessThan(2_000);
    expect(state.walBytes).toBeLessThan(32e6);
    expect((await totals(database.query)).calls).toBe(before.calls + ledger.look().written);
  });
});
