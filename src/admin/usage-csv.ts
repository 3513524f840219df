import type { UsageLineView, UsageSeriesView, UsageView } from './contract-usage.ts';

/** The columns, by the names that `--json` gives them. */
const columns = [
  'key',
  'name',
  'calls',
  'messages',
  'errors',
  'cut',
  'clientLeft',
  'moves',
  'estimates',
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'thinking',
  'webSearches',
  'usd',
  'usdOfUnknown',
  'usdSavedByCache',
  'usdLostToMoves',
  'cacheShare',
  'firstByteMs',
  'tookMs',
  'outputPerSecond',
] as const satisfies readonly (keyof UsageLineView)[];

/** One line a row, headings first, without the total: a spreadsheet adds up itself (RFC 4180). */
export function usageCsv({ lines }: UsageView): string {
  return textOf(
    columns,
    lines.map((line) => columns.map((column) => line[column])),
  );
}

/** A row for every line that was used in a slot, with the slot before it. */
export function seriesCsv({ slots, lines }: UsageSeriesView): string {
  const rows = slots.flatMap((slot, at) =>
    lines.flatMap(({ key, name, isOthers, points }) => {
      const point = points[at];
      if (point === undefined || point.calls === 0) return [];
      const line = { key, name: isOthers ? 'others' : name, ...point };
      return [[slot, ...columns.map((column) => line[column])]];
    }),
  );
  return textOf(['when', ...columns], rows);
}

function textOf(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [heads, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** What a terminal obeys, or hides; line ends and tabs may stand inside a field. */
const driving = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\r\n]]/gv;

/**
 * Names are free text: one that begins like a formula must not be one for a spreadsheet, and what would drive the
 * terminal that shows the file is left out, as in the table.
 */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const shown = value.replaceAll(driving, '');
  const text = /^[=+\-@\t\r]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
