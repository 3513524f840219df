import { type Expression, type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely';
import type { AttemptRow, CallRow, MoveRow, Tables } from '../../database/tables.ts';
import { digestsOf } from '../kept-digests.ts';
import type { DigestsOfCall } from '../body-digests.ts';
import { firstIdAt } from '../ledger/ids.ts';
import { beginsWith, rangesOfSession, type IdRange } from '../ledger/reading.ts';

/** Which calls are asked for; what is left out, is not looked at. */
export interface RequestsAsk {
  /** At most so many, the newest. */
  readonly limit: number;
  /** Ended at this moment or later (ms since the epoch). */
  readonly since?: number | undefined;
  /** Behind this id, oldest first: what has come since. */
  readonly after?: number | undefined;
  /** Before this id: the page before. */
  readonly before?: number | undefined;
  readonly account?: string | undefined;
  readonly model?: string | undefined;
  readonly client?: string | undefined;
  /** The id of a session, or its beginning. */
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  /** The call of this `x-request-id`, or the upstream's `request-id`. */
  readonly request?: string | undefined;
  /** Only what did not go well: an error, broken off, or moved. */
  readonly troubled?: boolean | undefined;
  /** How it ended: `complete`, `error`, `cut`, `client-left`. */
  readonly ended?: string | undefined;
  /** The status of the answer: one (`429`), or all of a hundred (`4xx`). */
  readonly status?: string | undefined;
  /** Stands somewhere in its names, ids, model, path or error, in capitals or not. */
  readonly text?: string | undefined;
  /** So many calls are looked through at most, found or not; to ten thousand. Left out: all there are. */
  readonly reach?: number | undefined;
}

/** A call with everything that is kept of it. */
export interface KeptCall {
  readonly call: CallRow;
  /** None where the first one went well: it says nothing more than the call. */
  readonly attempts: readonly AttemptRow[];
  readonly move: MoveRow | undefined;
  /** Where somebody watched. */
  readonly digests?: DigestsOfCall | undefined;
}

/** Calls that one statement looks through: whoever else needs the database waits for no more than that. */
const lookedThrough = 10_000;

/** Calls in the order in which they ended. */
export async function requestList(query: Kysely<Tables>, ask: RequestsAsk): Promise<KeptCall[]> {
  const isForward = ask.after !== undefined && ask.before === undefined;
  const found: CallRow[] = [];
  const ranges = await rangesFor(query, ask);
  let looked = 0;
  for (const range of isForward ? ranges : ranges.toReversed()) {
    for (
      let rest: IdRange | undefined = range;
      rest !== undefined && !isEnough(found, ask) && looked < (ask.reach ?? Infinity);
    ) {
      const piece: IdRange = await pieceOf(query, rest, isForward);
      found.push(...(await callsWithin(query, piece, ask, { isForward, limit: ask.limit - found.length })));
      looked += lookedThrough;
      const { from, below }: IdRange = rest;
      rest = isForward ? { from: piece.below, below } : { from, below: piece.from };
      if (rest.from >= rest.below) rest = undefined;
    }
  }
  return withDetails(query, isForward ? found : found.toReversed());
}

/** The ids of a request are its own: once one is found, nothing older has to be looked through. */
function isEnough(found: readonly CallRow[], { limit, request }: RequestsAsk): boolean {
  return found.length >= limit || (request !== undefined && found.length > 0);
}

/** Where to look: all there is between the bounds, or the hours of the session. */
async function rangesFor(query: Kysely<Tables>, ask: RequestsAsk): Promise<IdRange[]> {
  const from = Math.max(ask.since === undefined ? 0 : firstIdAt(ask.since), (ask.after ?? -1) + 1);
  const below = ask.before ?? Number.MAX_SAFE_INTEGER;
  if (ask.session === undefined) return from < below ? [{ from, below }] : [];
  const hours = await rangesOfSession(query, ask.session);
  return hours
    .map((hour) => ({ from: Math.max(from, hour.from), below: Math.min(below, hour.below) }))
    .filter((hour) => hour.from < hour.below);
}

/** The first piece of a range, or going backward its last. */
async function pieceOf(query: Kysely<Tables>, range: IdRange, isForward: boolean): Promise<IdRange> {
  const edge = await query
    .selectFrom('calls')
    .select('id')
    .where('id', '>=', range.from)
    .where('id', '<', range.below)
    .orderBy('id', isForward ? 'asc' : 'desc')
    .limit(1)
    .offset(lookedThrough)
    .executeTakeFirst();
  if (edge === undefined) return range;
  return isForward ? { from: range.from, below: edge.id } : { from: edge.id, below: range.below };
}

function callsWithin(
  query: Kysely<Tables>,
  { from, below }: IdRange,
  ask: RequestsAsk,
  { isForward, limit }: { readonly isForward: boolean; readonly limit: number },
): Promise<CallRow[]> {
  return query
    .selectFrom('calls')
    .leftJoin('moves', 'moves.call_id', 'calls.id')
    .selectAll('calls')
    .where('calls.id', '>=', from)
    .where('calls.id', '<', below)
    .where((eb) => eb.and(filters(eb, ask)))
    .orderBy('calls.id', isForward ? 'asc' : 'desc')
    .limit(limit)
    .execute();
}

function filters(
  eb: ExpressionBuilder<Tables & { moves: Partial<MoveRow> }, 'calls' | 'moves'>,
  ask: RequestsAsk,
): Expression<SqlBool>[] {
  const parts: Expression<SqlBool>[] = [];
  for (const column of ['model', 'agent'] as const)
    if (ask[column] !== undefined) parts.push(eb(column, '=', ask[column]));
  if (ask.session !== undefined) parts.push(beginsWith(eb.ref('calls.session'), ask.session));
  for (const what of ['account', 'client'] as const) {
    const named = ask[what];
    if (named !== undefined)
      parts.push(eb.or([eb(`${what}_id`, '=', named), eb(`${what}_name`, '=', named)]));
  }
  if (ask.request !== undefined)
    parts.push(eb.or([eb('request_id', '=', ask.request), eb('upstream_request_id', '=', ask.request)]));
  if (ask.troubled === true)
    parts.push(eb.or([eb('ended', 'in', ['error', 'cut']), eb('moves.call_id', 'is not', null)]));
  if (ask.ended !== undefined) parts.push(eb('ended', '=', ask.ended));
  if (ask.status !== undefined) parts.push(hasStatus(eb, ask.status));
  if (ask.text !== undefined) parts.push(says(ask.text));
  return parts;
}

/** `429`, or `4xx` for all from 400 to 499. */
function hasStatus(eb: ExpressionBuilder<Tables, 'calls'>, status: string): Expression<SqlBool> {
  const least = Number(status.replaceAll('x', '0'));
  const width = status.endsWith('xx') ? 100 : 1;
  return eb.and([eb('status', '>=', least), eb('status', '<', least + width)]);
}

/** Where a text is looked for. */
const readable = [
  'request_id',
  'upstream_request_id',
  'message_id',
  'method',
  'path',
  'client_name',
  'account_name',
  'session',
  'agent',
  'model',
  'answered_model',
  'error_type',
  'stop_reason',
] as const satisfies readonly (keyof CallRow)[];

function says(text: string): Expression<SqlBool> {
  const escaped = text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`);
  const columns = sql.join(
    readable.map((column) => sql`coalesce(${sql.ref(`calls.${column}`)}, '')`),
    sql` || ' ' || `,
  );
  return sql<SqlBool>`lower(${columns}) like ${`%${escaped}%`} escape '\\'`;
}

async function withDetails(query: Kysely<Tables>, calls: readonly CallRow[]): Promise<KeptCall[]> {
  if (calls.length === 0) return [];
  const ids = calls.map(({ id }) => id);
  const attempts = await query
    .selectFrom('attempts')
    .selectAll()
    .where('call_id', 'in', ids)
    .orderBy('call_id')
    .orderBy('number')
    .execute();
  const moves = await query.selectFrom('moves').selectAll().where('call_id', 'in', ids).execute();
  const digests = await digestsOf(query, calls);
  const attemptsOf = Map.groupBy(attempts, ({ call_id }) => call_id);
  const moveOf = new Map(moves.map((move) => [move.call_id, move]));
  return calls.map((call) => ({
    call,
    attempts: attemptsOf.get(call.id) ?? [],
    move: moveOf.get(call.id),
    digests: digests(call),
  }));
}
