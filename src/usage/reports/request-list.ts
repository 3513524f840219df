import type { Expression, Kysely, SqlBool } from 'kysely';
import type { AttemptRow, CallRow, MoveRow, Tables } from '../../database/tables.ts';
import { firstIdAt } from '../ledger/ids.ts';

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
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  /** The call of this `x-request-id`, or the upstream's `request-id`. */
  readonly request?: string | undefined;
  /** Only what did not go well: an error, broken off, or moved. */
  readonly troubled?: boolean | undefined;
}

/** A call with everything that is kept of it. */
export interface KeptCall {
  readonly call: CallRow;
  /** None where the first one went well: it says nothing more than the call. */
  readonly attempts: readonly AttemptRow[];
  readonly move: MoveRow | undefined;
}

/** Calls in the order in which they ended. */
export async function requestList(query: Kysely<Tables>, ask: RequestsAsk): Promise<KeptCall[]> {
  const isForward = ask.after !== undefined && ask.before === undefined;
  const rows = await query
    .selectFrom('calls')
    .leftJoin('moves', 'moves.call_id', 'calls.id')
    .selectAll('calls')
    .where((eb) => {
      const parts: Expression<SqlBool>[] = [];
      const equal = (column: 'model' | 'calls.session' | 'agent', value: string | undefined) => {
        if (value !== undefined) parts.push(eb(column, '=', value));
      };
      equal('model', ask.model);
      equal('calls.session', ask.session);
      equal('agent', ask.agent);
      if (ask.since !== undefined) parts.push(eb('calls.id', '>=', firstIdAt(ask.since)));
      if (ask.after !== undefined) parts.push(eb('calls.id', '>', ask.after));
      if (ask.before !== undefined) parts.push(eb('calls.id', '<', ask.before));
      for (const what of ['account', 'client'] as const) {
        const named = ask[what];
        if (named !== undefined)
          parts.push(eb.or([eb(`${what}_id`, '=', named), eb(`${what}_name`, '=', named)]));
      }
      if (ask.request !== undefined)
        parts.push(eb.or([eb('request_id', '=', ask.request), eb('upstream_request_id', '=', ask.request)]));
      if (ask.troubled === true)
        parts.push(eb.or([eb('ended', 'in', ['error', 'cut']), eb('moves.call_id', 'is not', null)]));
      return eb.and(parts);
    })
    .orderBy('calls.id', isForward ? 'asc' : 'desc')
    .limit(ask.limit)
    .execute();
  return withDetails(query, isForward ? rows : rows.toReversed());
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
  const attemptsOf = Map.groupBy(attempts, ({ call_id }) => call_id);
  const moveOf = new Map(moves.map((move) => [move.call_id, move]));
  return calls.map((call) => ({
    call,
    attempts: attemptsOf.get(call.id) ?? [],
    move: moveOf.get(call.id),
  }));
}
