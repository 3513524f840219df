import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Which account each session is on, so that a restart costs no warm cache. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('session_homes')
    .addColumn('session', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .execute();
  await query.schema.createIndex('session_homes_used').on('session_homes').column('used_at').execute();
}
