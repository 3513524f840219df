import type { UsageLineView, UsageView } from '../admin/contract-usage.ts';

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
  'outputPerSecond',
] as const satisfies readonly (keyof UsageLineView)[];

/** One line a row, headings first, without the total: a spreadsheet adds up itself (RFC 4180). */
export function usageCsv({ lines }: UsageView): string {
  const rows = lines.map((line) => columns.map((column) => field(line[column])));
  return [columns.join(','), ...rows.map((row) => row.join(','))].map((row) => `${row}\r\n`).join('');
}

/** Names are free text: one that begins like a formula must not be one for a spreadsheet. */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
