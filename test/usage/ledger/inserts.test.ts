import { expect, test } from 'bun:test';
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

const rows = (count: number): Row[] => Array.from({ length: count }, (_, a) => ({ a, b: String(a) }));

test('rows go in statements of a few sizes, in order, with the values of all of them', () => {
  const statements = aTable()
    .inserts.statements(rows(75))
    .map((statement) => statement.compile());
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
  for (let round = 0; round < 3; round += 1) expect(inserts.statements(rows(9)).length).toBe(2);
  expect(asked).toEqual([8, 1]);
});

test('of no rows there are no statements', () => {
  expect(aTable().inserts.statements([])).toEqual([]);
});
