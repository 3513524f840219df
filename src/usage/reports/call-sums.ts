import { type AliasedExpression, type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { firstIdAt } from '../ledger/ids.ts';
import { beginsWith, type IdRange, inPieces, rangesOfSession } from '../ledger/reading.ts';
import { keyOfCall, keysOfCalls, quarterOf, slotOfQuarter } from './call-keys.ts';
import type { Every, SlotSums } from './hour-sums.ts';
import { addedUp, summedColumns } from './summary.ts';
import type { Line, UsageAsk } from './ask.ts';

/** Lines that are kept while summing up; of more, the cheapest are put together. */
const mostLines = 20_000;
/** What those are called that were put together. */
export const others = 'others';

/**
 * Sums of the calls' own rows, for what the hours do not tell apart: sessions and agents. Reaches back as far as
 * there are such rows.
 */
export async function usageOfCalls(query: Kysely<Tables>, ask: UsageAsk): Promise<Line[]> {
  const lines = new Map<string, Line>();
  const keys: Keys = { select: (eb) => keysOfCalls(eb, ask.by), groupBy: ['line_key'] };
  await eachPiece(query, ask, keys, (rows) => {
    for (const row of rows) add(lines, row, ask);
    if (lines.size > mostLines) putTogether(lines);
  });
  return [...lines.values()];
}

/**
 * The same of every hour, or every day, by itself. Of sessions those in `only` are told apart; what all others came
 * to has the key `undefined`: there may be many.
 */
export async function slotsOfCalls(
  query: Kysely<Tables>,
  ask: UsageAsk,
  every: Every,
  only: readonly string[],
): Promise<(Omit<SlotSums, 'key'> & { readonly key: string | undefined })[]> {
  const isBySession = ask.by === 'session';
  const keys: Keys = {
    select: (eb) => [
      quarterOf(eb).as('slot_quarter'),
      ...(isBySession ? knownSessions(eb, only) : keysOfCalls(eb, ask.by)),
    ],
    groupBy: ['slot_quarter', 'line_key', ...(isBySession ? ['line_rest'] : [])],
  };
  const found: (Omit<SlotSums, 'key'> & { readonly key: string | undefined })[] = [];
  await eachPiece(query, ask, keys, (rows) => {
    for (const row of rows) {
      const slot = slotOfQuarter(Reflect.get(row, 'slot_quarter'), every);
      const isOther = isBySession && Number(Reflect.get(row, 'line_rest')) === 1;
      found.push({ slot, key: isOther ? undefined : keyOfCall(row, ask.by).key, sums: addedUp([row]) });
    }
  });
  return found;
}

/** Of sessions those in `only`, and all others together. */
function knownSessions(eb: Joined, only: readonly string[]) {
  const isKnown = only.length === 0 ? sql<SqlBool>`1 = 0` : eb('calls.session', 'in', only);
  const known = eb.case().when(isKnown);
  return [
    known.then(eb.ref('calls.session')).else(null).end().as('line_key'),
    known.then(0).when('calls.session', 'is', null).then(0).else(1).end().as('line_rest'),
  ] as const;
}

/** How calls are told apart. */
interface Keys {
  readonly select: (eb: Joined) => readonly AliasedExpression<unknown, string>[];
  readonly groupBy: readonly string[];
}

async function eachPiece(
  query: Kysely<Tables>,
  ask: UsageAsk,
  keys: Keys,
  take: (rows: readonly object[]) => void,
): Promise<void> {
  for (const range of await rangesFor(query, ask))
    await inPieces(query, range, async (from, below) => {
      take(await sumsBetween(query, ask, { from, below }, keys));
    });
}

/** Where to look: between the bounds, from the first call on, or in the hours of the session. */
async function rangesFor(query: Kysely<Tables>, ask: UsageAsk): Promise<IdRange[]> {
  const first = await query.selectFrom('calls').select('id').orderBy('id').limit(1).executeTakeFirst();
  if (first === undefined) return [];
  const bounds = { from: Math.max(firstIdAt(ask.since), first.id), below: firstIdAt(ask.until) };
  const ranges = ask.session === undefined ? [bounds] : await rangesOfSession(query, ask.session);
  return ranges
    .map(({ from, below }) => ({
      from: Math.max(from, bounds.from),
      below: Math.min(below, bounds.below),
    }))
    .filter(({ from, below }) => from < below);
}

function add(lines: Map<string, Line>, row: object, { by }: UsageAsk): void {
  const { key, name } = keyOfCall(row, by);
  const known = lines.get(key);
  lines.set(key, { key, name, sums: addedUp(known === undefined ? [row] : [known.sums, row]) });
}

function putTogether(lines: Map<string, Line>): void {
  const byCost = [...lines.values()].toSorted((a, b) => a.sums.cost_micro_usd - b.sums.cost_micro_usd);
  const cheap = byCost.slice(0, mostLines / 2);
  for (const { key } of cheap) lines.delete(key);
  const before = lines.get(others);
  const all = before === undefined ? cheap : [before, ...cheap];
  lines.set(others, { key: others, name: others, sums: addedUp(all.map(({ sums }) => sums)) });
}

function sumsBetween(
  query: Kysely<Tables>,
  ask: UsageAsk,
  { from, below }: IdRange,
  keys: Keys,
): Promise<object[]> {
  const { session, account, client, model } = ask;
  let rows = query
    .selectFrom('calls')
    .leftJoin('moves', 'moves.call_id', 'calls.id')
    .where('calls.id', '>=', from)
    .where('calls.id', '<', below);
  if (session !== undefined) rows = rows.where((eb) => beginsWith(eb.ref('calls.session'), session));
  if (model !== undefined) rows = rows.where('calls.model', '=', model);
  if (account !== undefined)
    rows = rows.where((eb) => eb.or([eb('account_id', '=', account), eb('account_name', '=', account)]));
  if (client !== undefined)
    rows = rows.where((eb) => eb.or([eb('client_id', '=', client), eb('client_name', '=', client)]));
  return rows
    .select((eb) => [...keys.select(eb), ...columns(eb)])
    .groupBy(keys.groupBy.map((key) => sql.ref(key)))
    .execute();
}

type Joined = ExpressionBuilder<Tables, 'calls' | 'moves'>;

function columns(eb: Joined) {
  return summedColumns.map((column) => eb.fn.sum(valueOf(eb, column)).as(column));
}

/** What one call adds to a column, by the same rules as the sums of hours. */
function valueOf(eb: Joined, column: (typeof summedColumns)[number]) {
  const when = (condition: ReturnType<Joined>) => eb.case().when(condition).then(1).else(0).end();
  switch (column) {
    case 'calls':
      return eb.lit(1);
    case 'messages':
      return when(eb('purpose', '=', 'messages'));
    case 'errors':
      return when(eb('ended', '=', 'error'));
    case 'cut':
      return when(eb('ended', '=', 'cut'));
    case 'client_left':
      return when(eb('ended', '=', 'client-left'));
    case 'moves':
      return when(eb('moves.call_id', 'is not', null));
    case 'estimates':
      return eb.ref('is_estimate');
    case 'ms_sum':
      return eb.ref('ms');
    case 'first_byte_ms_sum':
      return eb.ref('first_byte_ms');
    case 'first_byte_count':
      return when(eb('first_byte_ms', 'is not', null));
    case 'output_ms_sum':
      return eb
        .case()
        .when(isTimed(eb))
        .then(eb('ms', '-', eb.ref('first_byte_ms')))
        .else(0)
        .end();
    case 'timed_output':
      return eb.case().when(isTimed(eb)).then(eb.ref('output')).else(0).end();
    case 'unknown_micro_usd':
      return eb.case().when('cost_basis', '=', 'unknown').then(eb.ref('cost_micro_usd')).else(0).end();
    case 'move_micro_usd':
      return eb.ref('moves.micro_usd');
    case 'cost_micro_usd':
    case 'cache_saved_micro_usd':
    case 'input':
    case 'output':
    case 'cache_read':
    case 'cache_write_5m':
    case 'cache_write_1h':
    case 'thinking':
    case 'web_searches':
      return eb.ref(column);
  }
}

function isTimed(eb: Joined) {
  return eb.and([eb('is_stream', '=', 1), eb('first_byte_ms', 'is not', null), eb('output', 'is not', null)]);
}
