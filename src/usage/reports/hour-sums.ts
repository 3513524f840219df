import type { Expression, ExpressionBuilder, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import type { RollupRow, Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Line, UsageAsk } from './ask.ts';
import { hourWords } from './call-keys.ts';
import { addedUp, type SummedRow, summedColumns } from './summary.ts';

/** How long a slot of a series is. */
export type Every = 'hour' | 'day';

/** What one line came to in one slot. */
export interface SlotSums {
  /** `2026-11-25`, `2026-11-25 14:00`. */
  readonly slot: string;
  readonly key: string;
  readonly sums: SummedRow;
}

/** The columns a line is told apart by, and the one that names it. */
const keysOf = {
  day: { keys: ['day'], name: undefined },
  hour: { keys: ['day', 'hour'], name: undefined },
  account: { keys: ['account_id'], name: 'account_name' },
  model: { keys: ['model'], name: undefined },
  client: { keys: ['client_id'], name: 'client_name' },
} as const satisfies Record<
  string,
  { keys: readonly (keyof RollupRow)[]; name: keyof RollupRow | undefined }
>;

/** Sums of whole hours: everything but sessions and agents, as far back as sums are kept. */
export async function usageOfHours(query: Kysely<Tables>, ask: UsageAsk): Promise<Line[]> {
  const by = ask.by === 'session' || ask.by === 'agent' ? 'day' : ask.by;
  const { keys, name } = keysOf[by];
  const groups = name === undefined ? keys : [...keys, name];
  const rows = await within(query.selectFrom('rollups'), ask)
    .select((eb) => [...groups, ...sumsOf(eb), eb.fn.max('day').as('last_day')])
    .groupBy([...groups])
    .orderBy('last_day')
    .execute();
  const lines = new Map<string, { name: string; rows: typeof rows }>();
  for (const row of rows) {
    const key = keyOf(row, by);
    const known = lines.get(key);
    // The last one of a renamed account has its newest name.
    const named = name === undefined ? key : Reflect.get(row, name);
    lines.set(key, { name: named === '' ? key : named, rows: [...(known?.rows ?? []), row] });
  }
  return [...lines].map(([key, line]) => ({ key, name: line.name, sums: addedUp(line.rows) }));
}

/** The same of every hour, or every day, by itself. */
export async function slotsOfHours(
  query: Kysely<Tables>,
  ask: UsageAsk & { readonly by: 'account' | 'model' | 'client' },
  every: Every,
): Promise<SlotSums[]> {
  const slot = every === 'day' ? (['day'] as const) : (['day', 'hour'] as const);
  const { keys } = keysOf[ask.by];
  const groups = [...slot, ...keys];
  const rows = await within(query.selectFrom('rollups'), ask)
    .select((eb) => [...groups, ...sumsOf(eb)])
    .groupBy(groups)
    .execute();
  return rows.map((row) => ({ slot: keyOf(row, every), key: keyOf(row, ask.by), sums: addedUp([row]) }));
}

function keyOf(row: object, by: keyof typeof keysOf): string {
  const [first, second] = keysOf[by].keys.map((key) => String(Reflect.get(row, key)));
  return second === undefined ? (first ?? '') : hourWords(first ?? '', Number(second));
}

function sumsOf(eb: ExpressionBuilder<Tables, 'rollups'>) {
  const unknown = eb.case().when('cost_basis', '=', 'unknown').then(eb.ref('cost_micro_usd')).else(0).end();
  return summedColumns.map((column) =>
    column === 'unknown_micro_usd'
      ? eb.fn.sum(unknown).as('unknown_micro_usd')
      : eb.fn.sum(eb.ref(column)).as(column),
  );
}

/** The hours from `since` to before `until` that are about what is asked for. */
function within<Row>(
  rows: SelectQueryBuilder<Tables, 'rollups', Row>,
  { since, until, account, model, client }: UsageAsk,
): SelectQueryBuilder<Tables, 'rollups', Row> {
  return rows.where((eb) => {
    const parts: Expression<SqlBool>[] = [fromHour(eb, since), eb.not(fromHour(eb, until))];
    if (account !== undefined) parts.push(isNamed(eb, 'account', account));
    if (client !== undefined) parts.push(isNamed(eb, 'client', client));
    if (model !== undefined) parts.push(eb('model', '=', model));
    return eb.and(parts);
  });
}

function fromHour(eb: ExpressionBuilder<Tables, 'rollups'>, moment: number): Expression<SqlBool> {
  const { day, hour } = hourAt(moment);
  return eb.or([eb('day', '>', day), eb.and([eb('day', '=', day), eb('hour', '>=', hour)])]);
}

function isNamed(
  eb: ExpressionBuilder<Tables, 'rollups'>,
  what: 'account' | 'client',
  idOrName: string,
): Expression<SqlBool> {
  return eb.or([eb(`${what}_id`, '=', idOrName), eb(`${what}_name`, '=', idOrName)]);
}
