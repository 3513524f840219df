import { afterEach, expect, test } from 'bun:test';
import { Pool } from '../../src/accounts/pool.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import type { WindowSeen } from '../../src/accounts/headroom/headroom.ts';
import { lineView, type LineSources } from '../../src/admin/line.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { aCallRecord, aCost } from '../help/a-call-record.ts';
import { HandClock } from '../help/a-clock.ts';
import { writeDown } from '../help/a-ledger.ts';
import { anAccount } from '../help/an-account.ts';

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

interface Scene {
  sources: LineSources;
  pool: Pool;
  database: Database;
  clock: HandClock;
}

/** Two accounts, "a" before "b", and an empty ledger. */
async function aScene(windows: readonly WindowSeen[] = []): Promise<Scene> {
  const clock = new HandClock();
  const pool = new Pool(clock, new Sessions(clock, 3_600_000, 10));
  pool.refill([anAccount('b', { priority: 2 }), anAccount('a', { priority: 1 })]);
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  opened.push(database);
  const knows = { tokensOf: () => undefined, windowsOf: (id: string) => (id === 'acc_b' ? windows : []) };
  const sources = { pool, knows, budgets: () => [], query: database.query, clock, log: silentLog };
  return { sources, pool, database, clock };
}

test('a session is told its own account, whoever is next', async () => {
  const { sources, pool } = await aScene();
  pool.settle({ session: 's1', purpose: 'messages', own: false }, { id: 'acc_b' });
  const { account } = await lineView(sources, 's1');
  expect(account).toMatchObject({ name: 'b', isOfSession: true, standing: { is: 'ready' } });
});

test('who has no session yet is told who is next: of those that are ready, the lowest number', async () => {
  const { sources, pool, clock } = await aScene();
  expect((await lineView(sources, undefined)).account).toMatchObject({ name: 'a', isOfSession: false });
  pool.report('acc_a', { is: 'limited', until: clock.now() + 60_000, reason: '429' });
  expect((await lineView(sources, 'unknown')).account).toMatchObject({ name: 'b', isOfSession: false });
  pool.report('acc_b', { is: 'limited', until: clock.now() + 60_000, reason: '429' });
  expect((await lineView(sources, undefined)).account?.standing.is).toBe('resting');
});

test('without an account there is none to tell', async () => {
  const { sources, pool } = await aScene();
  pool.refill([]);
  expect((await lineView(sources, undefined)).account).toBeNull();
});

test('costs are those of the ledger: of the session, and of everybody today', async () => {
  const { sources, database, clock } = await aScene();
  const cost = (microUsd: number) => ({ cost: aCost({ microUsd }) });
  await writeDown(database, [
    aCallRecord({ session: 's1', startedAt: clock.now() - 5_000, ...cost(1_000_000) }),
    aCallRecord({ session: 's1', startedAt: clock.now() - 26 * 3_600_000, ...cost(2_000_000) }),
    aCallRecord({ session: 's11', startedAt: clock.now() - 5_000, ...cost(4_000_000) }),
  ]);
  expect(await lineView(sources, 's1')).toMatchObject({ sessionUsd: 3, todayUsd: 5 });
  expect(await lineView(sources, 'new')).toMatchObject({ sessionUsd: null, todayUsd: 5 });
});

test('a ledger that cannot be read leaves the costs out, and nothing else', async () => {
  const { sources, database } = await aScene();
  await database.close();
  const view = await lineView(sources, 's1');
  expect(view).toMatchObject({ account: { name: 'a' }, sessionUsd: null, todayUsd: null });
});

test('of the budgets the fullest is told', async () => {
  const { sources, clock } = await aScene();
  const budget = (name: string, used: number) => ({
    pot: {
      name,
      scope: 'total' as const,
      of: [],
      period: 'daily' as const,
      unit: 'usd' as const,
      limit: 1e6,
      isHard: true,
      warnAt: 0.75,
      isShared: true,
      subjects: ['total'],
    },
    used,
    resetAt: clock.now() + 1_000,
    held: 0,
    callsInFlight: 0,
  });
  const budgets = () => [budget('small', 1e5), budget('full', 8e5), budget('half', 5e5)];
  expect((await lineView({ ...sources, budgets }, undefined)).budget).toMatchObject({
    name: 'full',
    percent: 80,
  });
});
