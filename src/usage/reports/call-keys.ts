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
    case 'hour':
      return [quarterOf(eb).as('line_key'), eb.val('').as('line_name')] as const;
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

/** The quarter of an hour in which a call began. Which day it was, is for the time zone to say, which no database is asked for. */
export function quarterOf(eb: ExpressionBuilder<Tables, 'calls'>) {
  return eb('calls.started_at', '/', eb.lit(quarterMs));
}

/** The hour, or the day, that a quarter of an hour belongs to. */
export function slotOfQuarter(quarter: unknown, every: 'day' | 'hour'): string {
  const { day, hour } = hourAt(Number(quarter) * quarterMs);
  return every === 'day' ? day : hourWords(day, hour);
}

/** The line that a row with these columns belongs to. */
export function keyOfCall(row: object, by: Grouping): { readonly key: string; readonly name: string } {
  const key: unknown = Reflect.get(row, 'line_key');
  const name: unknown = Reflect.get(row, 'line_name');
  if (by === 'day' || by === 'hour') {
    const text = slotOfQuarter(key, by);
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
