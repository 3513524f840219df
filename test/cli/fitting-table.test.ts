import { expect, test } from 'bun:test';
import { fittingTable, type Column } from '../../src/cli/fitting-table.ts';
import { aScreen } from '../help/a-screen.ts';

const columns: readonly Column<string>[] = [
  { heading: 'NAME', need: 0, cell: (row) => row },
  { heading: 'SECOND', need: 2, cell: () => 'x' },
  { heading: 'FIRST', need: 1, cell: () => 'y' },
];

function headingsAt(width: number | undefined, row = 'row'): string | undefined {
  const { terminal, out } = aScreen(width);
  fittingTable(terminal, columns, [row]);
  return out[0];
}

test('columns are left out one need after the other, until the table fits', () => {
  expect(headingsAt(19)).toBe('NAME  SECOND  FIRST');
  expect(headingsAt(18)).toBe('NAME  FIRST');
  expect(headingsAt(10)).toBe('NAME');
});

test('what is always needed is shown though it does not fit', () => {
  expect(headingsAt(2)).toBe('NAME');
  expect(headingsAt(10, 'a very long name')).toBe('NAME');
});

test('a file gets everything', () => {
  expect(headingsAt(undefined, 'x'.repeat(200))).toContain('SECOND');
});
