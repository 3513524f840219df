import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** What the accounts have left of their windows, as the upstream said it last. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('headroom')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('used', 'double precision')
    .addColumn('most', 'double precision')
    .addColumn('remaining', 'double precision')
    .addColumn('status', 'text')
    .addColumn('reset_at', 'bigint')
    .addColumn('read_at', 'bigint', (column) => column.notNull())
    .addColumn('samples', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('headroom_key', ['account_id', 'name'])
    .execute();
}
