import { expect, test } from 'bun:test';
import { seriesCsv, usageCsv } from '../../src/admin/usage-csv.ts';
import { aSeriesView, aSummaryView, aUsageView } from '../help/a-view.ts';

const rowsOf = (text: string): string[] => text.split('\r\n');

test('there is a column for every field of a line, and every line ends as RFC 4180 has it', () => {
  const text = usageCsv(aUsageView({ opus: { calls: 2, usd: 0.125 } }, { calls: 2 }));
  const [head, row, ...rest] = rowsOf(text);
  expect(head?.split(',')).toEqual(['key', 'name', ...Object.keys(aSummaryView())]);
  expect(row).toStartWith('opus,opus,2,0,');
  // No total, and nothing behind the last line end.
  expect(rest).toEqual(['']);
});

test('what is not known is empty, and not zero', () => {
  const row = rowsOf(usageCsv(aUsageView({ opus: {} })))[1];
  expect(row).toEndWith(',0,,,,');
});

test('commas, quotes and line ends stay inside their field', () => {
  const text = usageCsv(aUsageView({ 'a,"b"\r\nc': {} }));
  expect(text).toContain('"a,""b""\r\nc","a,""b""\r\nc",0');
});

test('a name that begins like a formula is text for a spreadsheet', () => {
  for (const name of [
    '=HYPERLINK("http://x")',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=cmd|"/c calc"!A1',
  ]) {
    const text = usageCsv(aUsageView({ [name]: {} }));
    const [, row = ''] = text.split(/(?<=outputPerSecond)\r\n/);
    expect(row).toMatch(/^"?'/);
  }
});

test('a negative amount is a number, not text', () => {
  expect(usageCsv(aUsageView({ opus: { usdSavedByCache: -0.5 } }))).toContain(',-0.5,');
});

test('a report over time has a row for each slot and line in which something was used', () => {
  const used = aSummaryView({ calls: 2, usd: 0.5 });
  const line = { key: 'k', name: '=k', isOthers: false, total: used, points: [aSummaryView(), used] };
  const others = { ...line, key: '', name: '', isOthers: true, points: [used, aSummaryView()] };
  const [head = '', ...rows] = rowsOf(seriesCsv(aSeriesView({ lines: [line, others] })));
  expect(head).toStartWith('when,key,name,calls,');
  expect(rows.map((row) => row.split(',').slice(0, 4))).toEqual([
    ['2026-11-21', '', 'others', '2'],
    ['2026-11-22', 'k', "'=k", '2'],
    [''],
  ]);
});
