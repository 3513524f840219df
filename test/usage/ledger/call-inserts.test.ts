import { expect, test } from 'bun:test';
import {
  DummyDriver,
  Kysely,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { spelledOut } from '../../../src/database/statement.ts';
import type { Tables } from '../../../src/database/tables.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { Gathering } from '../../../src/usage/ledger/bundle.ts';
import { CallInserts } from '../../../src/usage/ledger/call-inserts.ts';
import { lineColumns } from '../../../src/usage/ledger/line.ts';
import { commonColumns, ownColumns } from '../../../src/usage/ledger/rows.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { callRow } from '../../help/a-call-row.ts';

/** The statements of `calls`, whose ids are 1, 2, 3, …; with real SQL. */
function statementsOf(calls: readonly CallRecord[], dialect: 'sqlite' | 'postgres' = 'sqlite') {
  const query = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () =>
        dialect === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler(),
    },
  });
  const gathering = new Gathering();
  calls.forEach((call, at) => gathering.add(at + 1, call));
  const inserts = new CallInserts((rows) => query.insertInto('calls').values([...rows]));
  return inserts.statements(gathering.take().lines).map(spelledOut);
}

const width = lineColumns.length;
const common = commonColumns.length;
const numbers = (mark: string, from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `${mark}${from + at}`).join(', ');

test.each([
  ['sqlite', '?'],
  ['postgres', '$'],
] as const)('what all rows of a statement have in common is sent once, to %s', (dialect, mark) => {
  const [statement, ...others] = statementsOf(
    Array.from({ length: 8 }, (_, at) => aCallRecord({ requestId: `req_${at}` })),
    dialect,
  );
  expect(others).toEqual([]);
  const own = width - common;
  const first = `(${numbers(mark, 1, common)}, ${numbers(mark, common + 1, own)})`;
  const second = `(${numbers(mark, 1, common)}, ${numbers(mark, common + own + 1, own)})`;
  expect(statement?.sql).toContain(` values ${first}, ${second}, (`);
  expect(statement?.parameters.length).toBe(common + 8 * own);
  expect(statement?.parameters.slice(common, common + 2)).toEqual([1, 'req_0']);
  expect(statement?.parameters.slice(common + own, common + own + 2)).toEqual([2, 'req_1']);
});

test('where one row differs, every row is sent whole', () => {
  const calls = Array.from({ length: 8 }, (_, at) => aCallRecord({ status: at === 7 ? 529 : 200 }));
  const [statement] = statementsOf(calls);
  expect(statement?.sql).toContain('values (?, ?, ');
  expect(statement?.parameters.length).toBe(8 * width);
});

test('every value stands at the place of its column, whatever its text', () => {
  const call = aCallRecord({ session: 'ä\u2028"\\\ud83d', agent: '?,$1[]' });
  const [statement] = statementsOf([call]);
  const row = Object.fromEntries(lineColumns.map((column, at) => [column, statement?.parameters[at]]));
  expect(row).toEqual({ ...callRow(1, call) });
  expect([...lineColumns].toSorted()).toEqual([...commonColumns, 'id' as const, ...ownColumns].toSorted());
});
