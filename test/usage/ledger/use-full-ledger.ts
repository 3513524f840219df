/**
 * What is asked of a ledger with millions of calls, and how old ones are deleted from it while it is in use. The long
 * proof looks at what comes of it (`five-million.full.ts`), the benchmark at how long it takes (`bench/workloads/ledger.ts`).
 */
import { statSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import type { Database } from '../../../src/database/open.ts';
import type { Tables } from '../../../src/database/tables.ts';
import { hourAt } from '../../../src/usage/ledger/hours.ts';
import { firstIdAt } from '../../../src/usage/ledger/ids.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { callsOfSession, costOfSession, inPieces } from '../../../src/usage/ledger/reading.ts';
import { Retention } from '../../../src/usage/ledger/retention.ts';
import type { UsageAsk } from '../../../src/usage/reports/ask.ts';
import type { Grouping } from '../../../src/usage/reports/groupings.ts';
import { requestList, type RequestsAsk } from '../../../src/usage/reports/request-list.ts';
import { usageReport } from '../../../src/usage/reports/usage-report.ts';
import { aCallRecord } from '../../help/a-call-record.ts';

const dayMs = 86_400_000;
/** Of what was filled with ninety days, so many stay. */
export const keepDays = 75;

type Query = Kysely<Tables>;

/** Runs something under a name, for who looks at the clock or at memory meanwhile. */
export type Watch = <T>(name: string, run: () => Promise<T>) => Promise<T>;

/** How long others waited for the database, while it was busy with something else (ms). */
export interface Waits {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Asks for next to nothing every few milliseconds, as others do; what it gives ends that. */
export function askMeanwhile(query: Query, onAnswer: () => void = () => {}): () => Promise<Waits> {
  const waits: number[] = [];
  const state = { isOver: false };
  const asking = (async () => {
    while (!state.isOver) {
      const began = performance.now();
      await sql`select 1`.execute(query);
      waits.push(performance.now() - began);
      onAnswer();
      await Bun.sleep(2);
    }
  })();
  return async () => {
    state.isOver = true;
    await asking;
    const sorted = waits.toSorted((a, b) => a - b);
    const part = (of: number): number => sorted[Math.floor((sorted.length - 1) * of)] ?? 0;
    return { count: waits.length, p50: part(0.5), p99: part(0.99), most: part(1) };
  };
}

/** The sums of a month, a row a day. */
export const monthByDay = (query: Query) =>
  query
    .selectFrom('rollups')
    .select((eb) => ['day', eb.fn.sum<number>('calls').as('calls')])
    .where('day', '>=', hourAt(Date.now() - 30 * dayMs).day)
    .groupBy('day')
    .orderBy('day')
    .execute();

/** How many calls each session of a month has, read from the calls themselves, piece by piece. */
export async function monthBySession(query: Query): Promise<ReadonlyMap<string, number>> {
  const sessions = new Map<string, number>();
  await inPieces(query, { from: firstIdAt(Date.now() - 30 * dayMs) }, async (from, below) => {
    const rows = await query
      .selectFrom('calls')
      .select((eb) => ['session', eb.fn.countAll<number>().as('calls')])
      .where('id', '>=', from)
      .where('id', '<', below)
      .groupBy('session')
      .execute();
    for (const { session, calls } of rows)
      sessions.set(session ?? '', (sessions.get(session ?? '') ?? 0) + calls);
  });
  return sessions;
}

/** Every report that somebody may ask for, and every question about requests, the month by day five times. */
export async function askForEverything(query: Query, watch: Watch) {
  // One moment for all of them: they are to agree to the call.
  const now = Date.now();
  const until = now + 3_600_000;
  const usage = (name: string, by: Grouping, days: number, more: Partial<UsageAsk> = {}) =>
    watch(name, () => usageReport(query, { by, since: now - days * dayMs, until, ...more }));
  for (let round = 0; round < 4; round += 1) await usage('by day', 'day', 30);
  const byDay = await usage('by day', 'day', 30);
  const others = [];
  for (const by of ['hour', 'account', 'model', 'client'] as const)
    others.push(await usage(`by ${by}`, by, 30));
  const sessions = await usage('by session', 'session', 7);
  const agents = await usage('by agent', 'agent', 7);
  const one = sessions.lines[Math.floor(sessions.lines.length / 2)];
  const session = one?.key ?? '';
  const ofSession = await usage('of one session', 'model', 90, { session });
  await watch('cost of one session', () => costOfSession(query, session));
  await watch('calls of one session', () => callsOfSession(query, session));
  const ask = (name: string, more: Partial<RequestsAsk>) =>
    watch(`requests, ${name}`, () => requestList(query, { limit: 20, ...more }));
  const requests = {
    newest: await ask('newest', {}),
    thousand: await ask('thousand', { limit: 1_000 }),
    ofSession: await ask('of a session', { session }),
    nowhere: await ask('one that is nowhere', { request: 'nowhere' }),
    troubled: await ask('troubled', { troubled: true }),
  };
  return { byDay, others, sessions, agents, one, ofSession, requests };
}

/** Deletes the oldest days from the file at `path`, while calls are recorded and others ask. */
export async function deleteOldDays(database: Database, path: string) {
  const settings = () => ({ ...defaultSettings.ledger, keepDays });
  const given = { database, clock: wallClock, log: silentLog };
  const ledger = new Ledger({ ...given, random: Math.random });
  const retention = new Retention({ ...given, settings });
  const most = { lagMs: 0, walBytes: 0 };
  const others = askMeanwhile(database.query, () => {
    most.walBytes = Math.max(most.walBytes, statSync(`${path}-wal`).size);
  });
  const state = { isOver: false };
  const calling = (async () => {
    while (!state.isOver) {
      for (let count = 0; count < 4; count += 1) ledger.record(aCallRecord({ startedAt: Date.now() }));
      most.lagMs = Math.max(most.lagMs, ledger.look().lagMs);
      await Bun.sleep(10);
    }
  })();
  await retention.sweep();
  state.isOver = true;
  await calling;
  const waits = await others();
  await ledger.close();
  const { written, waiting, dropped } = ledger.look();
  return { ...most, waits, written, waiting, dropped };
}

/** Calls that are older than what is kept. */
export async function tooOld(query: Query): Promise<number> {
  const { count } = await query
    .selectFrom('calls')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('id', '<', firstIdAt(Date.now() - (keepDays + 1) * dayMs))
    .executeTakeFirstOrThrow();
  return count;
}
