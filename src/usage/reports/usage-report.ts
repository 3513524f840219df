import type { Expression, ExpressionBuilder, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import type { RollupRow, Tables } from '../../database/tables.ts';
import { hourAt } from '../ledger/hours.ts';
import type { Line, UsageAsk } from './ask.ts';
import type { Grouping } from './groupings.ts';
import { addedUp, summaryOf, summedColumns, type Summary } from './summary.ts';
import { hourWords } from './call-keys.ts';
import { usageOfCalls } from './call-sums.ts';

/** One line of a report. */
export interface UsageLine extends Summary {
  /** What the line is of: `2026-11-25`, `2026-11-25 14:00`, an id, a model; '' for what belongs to none. */
  readonly key: string;
  /** The same for a person: the name of an account or client as it was last. */
  readonly name: string;
}

export interface UsageReport {
  /** By time in its order, else the most expensive first. */
  readonly lines: readonly UsageLine[];
  readonly total: Summary;
}

/** Adds up what was used. Days and hours are those of the proxy's own time zone. */
export async function usageReport(query: Kysely<Tables>, ask: UsageAsk): Promise<UsageReport> {
  const lines =
    ask.by === 'session' || ask.by === 'agent' || ask.session !== undefined
      ? await usageOfCalls(query, ask)
      : await usageOfHours(query, ask);
  return { lines: sorted(lines, ask.by), total: summaryOf(addedUp(lines.map(({ sums }) => sums))) };
}

function sorted(lines: readonly Line[], by: Grouping): UsageLine[] {
  const shown = lines.map(({ key, name, sums }) => ({ key, name, ...summaryOf(sums) }));
  const isByTime = by === 'day' || by === 'hour';
  return shown.toSorted((a, b) => {
    if (!isByTime && a.usd !== b.usd) return b.usd - a.usd;
    if (!isByTime && a.calls !== b.calls) return b.calls - a.calls;
    return a.key < b.key ? -1 : 1;
  });
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

async function usageOfHours(query: Kysely<Tables>, ask: UsageAsk): Promise<Line[]> {
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
