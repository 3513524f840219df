import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Why accounts cannot serve right now, so that a restart does not send them what they cannot take. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('rests')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('family', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('ends_at', 'bigint')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('is_guess', 'integer', (column) => column.notNull())
    .addColumn('credential_at', 'bigint', (column) => column.notNull())
    .addColumn('base_url', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('rests_key', ['account_id', 'family'])
    .execute();
}
