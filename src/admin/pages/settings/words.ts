import { bytesText } from '../../../config/kinds.ts';
import type { SettingInput, SettingView } from '../../contract-settings.ts';

/** A value for people: `33 MiB`, `330 seconds`, `not set`. */
export function valueWords(value: unknown, unit: SettingView['unit']): string {
  if (value === null || value === undefined) return 'not set';
  if (typeof value === 'number' && unit === 'bytes') return bytesText(value);
  if (typeof value === 'number' && unit === 'seconds') return value === 1 ? '1 second' : `${value} seconds`;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, inner]) => `${name} = ${String(inner)}`);
    return pairs.length === 0 ? 'none' : pairs.join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as it stands in a field: of a list one entry a line, of a table one `name = text`. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join('\n');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inner]) => `${name} = ${String(inner)}`)
      .join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was typed, as a change takes it: null for nothing, which leaves the default. */
export function typedValue(text: string, input: SettingInput): unknown {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) return null;
  switch (input) {
    case 'list':
      return lines.join(',');
    case 'table':
      return Object.fromEntries(lines.map(pair));
    case 'text':
    case 'number':
    case 'choice':
    case 'switch':
      return text.trim();
  }
}

function pair(line: string): [string, string] {
  const at = line.indexOf('=');
  return at === -1 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
