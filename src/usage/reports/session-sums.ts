import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { firstIdAt, idsWithin } from '../ledger/ids.ts';
import { addedUp, summedColumns } from './summary.ts';
import type { Line, UsageAsk } from './ask.ts';

/** The calls of so long are summed up in one statement: the worker has other things to do in between (ms). */
const stretchMs = 6 * 3_600_000;
/** Sessions that are kept while summing up; of more, the cheapest are put together. */
const mostLines = 20_000;

/**
 * Sums of the calls' own rows, for what the hours do not tell apart: sessions and agents. Reaches back as far as
 * there are such rows.
 */
export async function usageOfSessions(query: Kysely<Tables>, ask: UsageAsk): Promise<Line[]> {
  const first = await query.selectFrom('calls').select('id').orderBy('id').limit(1).executeTakeFirst();
  if (first === undefined) return [];
  const lines = new Map<string, Line>();
  const end = firstIdAt(ask.until);
  const stretch = idsWithin(stretchMs);
  for (let from = Math.max(firstIdAt(ask.since), first.id); from < end; from += stretch) {
    for (const row of await sumsBetween(query, ask, from, Math.min(end, from + stretch)))
      add(lines, row, ask);
    if (lines.size > mostLines) putTogether(lines);
  }
  return [...lines.values()];
}

function add(lines: Map<string, Line>, row: object, { by }: UsageAsk): void {
  const session = text(row, 'session');
  const agent = text(row, 'agent');
  const key = by === 'agent' ? agent : session;
  const name = by === 'agent' && agent === '' ? 'main' : key;
  const known = lines.get(key);
  lines.set(key, { key, name, sums: addedUp(known === undefined ? [row] : [known.sums, row]) });
}

function text(row: object, name: string): string {
  const value: unknown = Reflect.get(row, name);
  return typeof value === 'string' ? value : '';
}

function putTogether(lines: Map<string, Line>): void {
  const byCost = [...lines.values()].toSorted((a, b) => a.sums.cost_micro_usd - b.sums.cost_micro_usd);
  const cheap = byCost.slice(0, mostLines / 2);
  for (const { key } of cheap) lines.delete(key);
  lines.set('', { key: '', name: 'others', sums: addedUp(cheap.map(({ sums }) => sums)) });
}

function sumsBetween(query: Kysely<Tables>, ask: UsageAsk, from: number, below: number): Promise<object[]> {
  const { session, account, client, model, by } = ask;
  let rows = query
    .selectFrom('calls')
    .leftJoin('moves', 'moves.call_id', 'calls.id')
    .where('calls.id', '>=', from)
    .where('calls.id', '<', below);
  if (session !== undefined) rows = rows.where('calls.session', '=', session);
  if (model !== undefined) rows = rows.where('calls.model', '=', model);
  if (account !== undefined)
    rows = rows.where((eb) => eb.or([eb('account_id', '=', account), eb('account_name', '=', account)]));
  if (client !== undefined)
    rows = rows.where((eb) => eb.or([eb('client_id', '=', client), eb('client_name', '=', client)]));
  const key = by === 'agent' ? ('calls.agent' as const) : ('calls.session' as const);
  return rows
    .select((eb) => [key, ...columns(eb)])
    .groupBy(key)
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
