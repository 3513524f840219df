import type { ExpressionBuilder } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Grouping } from './groupings.ts';

/** Hours of every time zone begin with a quarter of an hour (ms). */
const quarterMs = 900_000;

/** What tells calls apart in a report by `by`, as the column `line_key`; `line_name` is its name as it was last. */
export function keysOfCalls(eb: ExpressionBuilder<Tables, 'calls'>, by: Grouping) {
  switch (by) {
    case 'day':
    case 'hour': {
      // Which day it was, is for the time zone to say, which no database is asked for.
      const quarter = eb('calls.started_at', '/', eb.lit(quarterMs));
      return [quarter.as('line_key'), eb.val('').as('line_name')] as const;
    }
    case 'account':
    case 'client':
      return [
        eb.ref(`calls.${by}_id`).as('line_key'),
        eb.fn.max(`calls.${by}_name`).as('line_name'),
      ] as const;
    case 'model':
    case 'session':
    case 'agent':
      return [eb.ref(`calls.${by}`).as('line_key'), eb.val('').as('line_name')] as const;
  }
}

/** The line that a row with these columns belongs to. */
export function keyOfCall(row: object, by: Grouping): { readonly key: string; readonly name: string } {
  const key: unknown = Reflect.get(row, 'line_key');
  const name: unknown = Reflect.get(row, 'line_name');
  if (by === 'day' || by === 'hour') {
    const { day, hour } = hourAt(Number(key) * quarterMs);
    const text = by === 'day' ? day : hourWords(day, hour);
    return { key: text, name: text };
  }
  const text = typeof key === 'string' ? key : '';
  if (by === 'agent' && text === '') return { key: text, name: 'main' };
  return { key: text, name: typeof name === 'string' && name !== '' ? name : text };
}

/** `2026-11-25 14:00`. */
export function hourWords(day: string, hour: number): string {
  return `${day} ${String(hour).padStart(2, '0')}:00`;
}
