import { failed, toError } from '../errors.ts';

/**
 * What travels to Postgres for a value: the same values are taken as by SQLite, and mean the same. Yes and no are 1
 * and 0. Postgres keeps no NUL in a text (SQLite does): it becomes the replacement character, as a text of a client
 * must not make the rows that are written with it fail.
 *
 * @throws DatabaseError `database-failed`
 */
export function toParameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Uint8Array) return value;
  throw toError(failed, 'The database', 'a value is neither text, number, bytes nor null');
}

/** The types that come back as numbers (https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat). */
const numbers: ReadonlySet<number> = new Set([
  20, // bigint, which also `count` gives
  21, // smallint
  23, // integer
  26, // oid
  700, // real
  701, // double precision
  1700, // numeric, which `sum` of bigint gives
]);
const boolean = 16;
const bytes = 17;

/** Reads a value of type `oid` from Postgres's text form, as SQLite would have given it. */
export function readerOf(oid: number): (text: string) => unknown {
  if (numbers.has(oid)) return Number;
  if (oid === boolean) return (text) => (text === 't' ? 1 : 0);
  // \x and hex digits: what every version since 9.0 writes (bytea_output = hex).
  if (oid === bytes) return (text) => Buffer.from(text.slice(2), 'hex');
  return (text) => text;
}
