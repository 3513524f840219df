import type { Compilable, Kysely } from 'kysely';
import type { RollupRow, Tables } from '../../database/tables.ts';

/** What tells the sums of an hour apart. */
export const keyColumns = ['day', 'hour', 'account_id', 'client_id', 'model', 'cost_basis'] as const;

type Key = Pick<RollupRow, (typeof keyColumns)[number]>;

/** Nothing yet. */
const zeros = {
  calls: 0,
  messages: 0,
  errors: 0,
  cut: 0,
  client_left: 0,
  attempts: 0,
  moves: 0,
  estimates: 0,
  input: 0,
  output: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  thinking: 0,
  web_searches: 0,
  web_fetches: 0,
  bytes_in: 0,
  bytes_out: 0,
  ms_sum: 0,
  first_byte_ms_sum: 0,
  first_byte_count: 0,
  output_ms_sum: 0,
  timed_output: 0,
  cost_micro_usd: 0,
  cache_saved_micro_usd: 0,
  move_micro_usd: 0,
};

/** The columns of `rollups` that are summed up. */
export type Sums = Pick<RollupRow, keyof typeof zeros>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
export const sumColumns = Object.keys(zeros) as readonly (keyof Sums)[];

export function emptySum({ day, hour, account_id, client_id, model, cost_basis }: Key): RollupRow {
  const names = { account_name: '', client_name: '' };
  return { day, hour, account_id, client_id, model, cost_basis, ...names, ...zeros };
}

/** Adds `rows`, of which no two have a key in common, to what the table holds. */
export function addToRollups(query: Kysely<Tables>, rows: readonly RollupRow[]): Compilable {
  return query
    .insertInto('rollups')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(keyColumns).doUpdateSet((eb) => ({
        account_name: eb.ref('excluded.account_name'),
        client_name: eb.ref('excluded.client_name'),
        ...Object.fromEntries(
          sumColumns.map((column) => [column, eb(`rollups.${column}`, '+', eb.ref(`excluded.${column}`))]),
        ),
      })),
    );
}
