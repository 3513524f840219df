import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Digests of the bodies of requests as they came and went on, of calls that somebody watched. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('body_digests')
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('digests', 'text', (column) => column.notNull())
    .execute();
  // Not unique: a client may give its own id to several calls at once.
  await query.schema
    .createIndex('body_digests_of_calls')
    .on('body_digests')
    .columns(['started_at', 'request_id'])
    .execute();
}
