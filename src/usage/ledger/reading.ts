import { type Expression, type Kysely, sql, type SqlBool } from 'kysely';
import type { CallRow, Tables } from '../../database/tables.ts';
import { idsWithin } from './ids.ts';
import { sumColumns, type Sums } from './sums.ts';

/** The sums of all hours of the days from `since` (`2026-11-25`) to before `until`. */
export async function totals(
  query: Kysely<Tables>,
  { since = '', until = '9999' }: { readonly since?: string; readonly until?: string } = {},
): Promise<Sums> {
  const row = await query
    .selectFrom('rollups')
    .select((eb) => sumColumns.map((column) => eb.fn.sum(column).as(column)))
    .where('day', '>=', since)
    .where('day', '<', until)
    .executeTakeFirst();
  // A sum of nothing is null, and one of Postgres may be text.
  const sums = sumColumns.map((column) => [column, Number(row?.[column] ?? 0)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each column
  return Object.fromEntries(sums) as Sums;
}

/** The calls of a session, found by the hours in which it had any. */
function ofSession(query: Kysely<Tables>, session: string) {
  return query
    .selectFrom('session_hours as hours')
    .innerJoin('calls', (join) =>
      join
        .onRef('calls.id', '>=', 'hours.from_id')
        .onRef('calls.id', '<', 'hours.below_id')
        .onRef('calls.session', '=', 'hours.session'),
    )
    .where('hours.session', '=', session);
}

/** The calls of a session, in the order in which they ended. */
export function callsOfSession(query: Kysely<Tables>, session: string): Promise<CallRow[]> {
  return ofSession(query, session).selectAll('calls').orderBy('calls.id').execute();
}

/** Ids from `from` on and below `below`. */
export interface IdRange {
  readonly from: number;
  readonly below: number;
}

/** Where the calls are of the sessions whose ids begin with `beginning`, in order. */
export async function rangesOfSession(query: Kysely<Tables>, beginning: string): Promise<IdRange[]> {
  const rows = await query
    .selectFrom('session_hours')
    .select(['from_id', 'below_id'])
    .distinct()
    .where((eb) => beginsWith(eb.ref('session'), beginning))
    .orderBy('from_id')
    .execute();
  return rows.map(({ from_id, below_id }) => ({ from: from_id, below: below_id }));
}

/** Sessions whose ids begin with `beginning`: at most `limit` of them. */
export async function sessionsLike(
  query: Kysely<Tables>,
  beginning: string,
  limit: number,
): Promise<string[]> {
  const rows = await query
    .selectFrom('session_hours')
    .select('session')
    .distinct()
    .where((eb) => beginsWith(eb.ref('session'), beginning))
    .orderBy('session')
    .limit(limit)
    .execute();
  return rows.map(({ session }) => session);
}

/** Whether a text begins with another; unlike LIKE it minds the case, and knows no wildcards. */
export function beginsWith(text: Expression<string | null>, beginning: string): Expression<SqlBool> {
  // Characters as a database counts them, not halves of pairs.
  const length = Array.from(beginning).length;
  return sql<SqlBool>`substr(${text}, 1, ${sql.lit(length)}) = ${beginning}`;
}

/** What the calls of a session cost (millionths of a US dollar); undefined where none is there. */
export async function costOfSession(query: Kysely<Tables>, session: string): Promise<number | undefined> {
  const row = await ofSession(query, session)
    .select((eb) => [eb.fn.countAll().as('calls'), eb.fn.sum('calls.cost_micro_usd').as('cost')])
    .executeTakeFirst();
  return row === undefined || Number(row.calls) === 0 ? undefined : Number(row.cost ?? 0);
}

/** Calls of a piece: measured with five million calls, summing them up takes six milliseconds. */
const callsOfAPiece = 5_000;

/**
 * Goes through the calls with ids from `from` on and below `below`, the oldest first, so many at a time: whoever else
 * needs the database waits for one piece at most, and no reader keeps the write-ahead log from being emptied.
 * `each` reads those with ids from its first argument on and below its second.
 */
export async function inPieces(
  query: Kysely<Tables>,
  { from, below = Number.MAX_SAFE_INTEGER }: Partial<IdRange> & Pick<IdRange, 'from'>,
  each: (from: number, below: number) => Promise<void>,
): Promise<void> {
  for (let begin = from; begin < below;) {
    const next = await query
      .selectFrom('calls')
      .select('id')
      .where('id', '>=', begin)
      .where('id', '<', below)
      .orderBy('id')
      .limit(1)
      .offset(callsOfAPiece)
      .executeTakeFirst();
    const end = next?.id ?? below;
    await each(begin, end);
    begin = end;
  }
}

/** When the oldest call that has a row of its own began; undefined where there is none. */
export async function oldestCallAt(query: Kysely<Tables>): Promise<number | undefined> {
  const oldest = query.selectFrom('calls').select('started_at').orderBy('id').limit(1);
  return (await oldest.executeTakeFirst())?.started_at;
}

/**
 * What tells that a call has come: the id of the one that ended last, and how many ended within `lateMs` before it,
 * since another process may write down later what ended before. Undefined where there is none.
 */
export async function newestCalls(
  query: Kysely<Tables>,
  lateMs: number,
): Promise<{ readonly id: number; readonly calls: number } | undefined> {
  const newest = query.selectFrom('calls').select('id').orderBy('id', 'desc').limit(1);
  const id = (await newest.executeTakeFirst())?.id;
  if (id === undefined) return undefined;
  const { calls } = await query
    .selectFrom('calls')
    .select((eb) => eb.fn.countAll().as('calls'))
    .where('id', '>=', id - idsWithin(lateMs))
    .executeTakeFirstOrThrow();
  return { id, calls: Number(calls) };
}
