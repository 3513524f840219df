import { expect, test } from 'bun:test';
import {
  DummyDriver,
  Kysely,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { Inserts } from '../../../src/usage/ledger/inserts.ts';

interface Row {
  readonly a: number;
  readonly b: string;
}

/** Inserts whose statements say how many rows they are for. */
function aTable() {
  const asked: number[] = [];
  const inserts = new Inserts<Row>((rows) => {
    asked.push(rows.length);
    const sql = `insert ${rows.length} of ${Object.keys(rows[0] ?? {}).join()}`;
    return { compile: () => ({ sql, parameters: [] }) as never };
  });
  return { inserts, asked };
}

test('rows go in statements of a few sizes, in order, with the values of all of them', () => {
  const { inserts } = aTable();
  for (let a = 0; a < 75; a += 1) inserts.add({ a, b: String(a) });
  const statements = inserts.take().map((statement) => statement.compile());
  expect(statements.map(({ sql }) => sql)).toEqual([
    'insert 64 of a,b',
    'insert 8 of a,b',
    'insert 1 of a,b',
    'insert 1 of a,b',
    'insert 1 of a,b',
  ]);
  const values = statements.flatMap(({ parameters }) => parameters);
  expect(values).toEqual(Array.from({ length: 75 }, (_, a) => [a, String(a)]).flat());
});

test('each size is put together once', () => {
  const { inserts, asked } = aTable();
  for (let round = 0; round < 3; round += 1) {
    for (let a = 0; a < 9; a += 1) inserts.add({ a, b: '' });
    expect(inserts.take().length).toBe(2);
  }
  expect(asked).toEqual([8, 1]);
});

test('of no rows there are no statements', () => {
  expect(aTable().inserts.take()).toEqual([]);
});

/** Inserts of rows with a common part, with real SQL. */
function sharing(dialect: 'sqlite' | 'postgres') {
  const query = new Kysely<{ rows: { shared: string; id: number; b: string } }>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () =>
        dialect === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler(),
    },
  });
  return new Inserts<{ id: number; b: string }, { shared: string }>((rows) =>
    query.insertInto('rows').values([...rows]),
  );
}

test.each([
  ['sqlite', '(?1, ?2, ?3), (?1, ?4, ?5), (?1, ?6, ?7), (?1, ?8, ?9)'],
  ['postgres', '($1, $2, $3), ($1, $4, $5), ($1, $6, $7), ($1, $8, $9)'],
] as const)('what all rows of a statement have in common is sent once, to %s', (dialect, values) => {
  const inserts = sharing(dialect);
  for (let id = 0; id < 8; id += 1) inserts.add({ id, b: `b${id}` }, { shared: 'same' });
  const [statement] = inserts.take().map((one) => one.compile());
  expect(statement?.sql).toStartWith(`insert into "rows" ("shared", "id", "b") values ${values}`);
  expect(statement?.parameters.slice(0, 5)).toEqual(['same', 0, 'b0', 1, 'b1']);
  expect(statement?.parameters.length).toBe(1 + 8 * 2);
});

test('where one row differs, every row is sent whole', () => {
  const inserts = sharing('sqlite');
  for (let id = 0; id < 8; id += 1) inserts.add({ id, b: '' }, { shared: id === 7 ? 'other' : 'same' });
  const [statement] = inserts.take().map((one) => one.compile());
  expect(statement?.sql).toContain('values (?, ?, ?), (?, ?, ?)');
  expect(statement?.parameters.slice(18)).toEqual(['same', 6, '', 'other', 7, '']);
});
