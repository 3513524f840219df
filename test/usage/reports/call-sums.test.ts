import { afterEach, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { usageOfCalls } from '../../../src/usage/reports/call-sums.ts';
import { aCallRecord, aCost } from '../../help/a-call-record.ts';
import { writeDown } from '../../help/a-ledger.ts';

const now = Date.UTC(2026, 10, 22, 12);
const always = { since: 0, until: now + 3_600_000 };
let database: Database;
afterEach(() => database.close());

test('of more sessions than memory is for, the cheapest are told together, and none is lost', async () => {
  database = await openDatabase({ path: ':memory:', log: silentLog });
  const many = 26_000;
  const calls = Array.from({ length: many }, (_, at) =>
    aCallRecord({
      startedAt: now - 86_400_000 + at * 3_000,
      session: at % 100 === 0 ? undefined : `session-${at}`,
      cost: aCost({ microUsd: at }),
    }),
  );
  await writeDown(database, calls);
  const lines = await usageOfCalls(database.query, { by: 'session', ...always });
  expect(lines.length).toBeLessThan(20_001);
  const total = lines.reduce((sum, line) => sum + line.sums.calls, 0);
  const cost = lines.reduce((sum, line) => sum + line.sums.cost_micro_usd, 0);
  expect({ total, cost }).toEqual({ total: many, cost: (many * (many - 1)) / 2 });
  // Those without a session stay a line of their own.
  expect(lines.find(({ key }) => key === '')?.sums.calls).toBe(many / 100);
  expect(lines.find(({ key }) => key === 'others')?.sums.calls).toBeGreaterThan(9_000);
});

test('agents are told apart, and the conversation itself is called main', async () => {
  database = await openDatabase({ path: ':memory:', log: silentLog });
  await writeDown(database, [aCallRecord(), aCallRecord({ agent: 'a1' }), aCallRecord({ agent: 'a1' })]);
  const lines = await usageOfCalls(database.query, { by: 'agent', ...always });
  expect(lines.map(({ key, name, sums }) => [key, name, sums.calls])).toEqual([
    ['', 'main', 1],
    ['a1', 'a1', 2],
  ]);
});
