import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Budgets of client keys, and what was spent in each day, week and month. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .alterTable('client_keys')
    .addColumn('budgets', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute();
  await query.schema
    .createTable('budget_spend')
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('period', 'text', (column) => column.notNull())
    .addColumn('period_start', 'bigint', (column) => column.notNull())
    .addColumn('micro_usd', 'double precision', (column) => column.notNull())
    .addColumn('tokens', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('budget_spend_key', ['subject', 'period', 'period_start'])
    .execute();
}
