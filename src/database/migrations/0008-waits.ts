import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** How long each call waited for an account; most did not, and nobody knows it of those that are older. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema.alterTable('calls').addColumn('waited_ms', 'bigint').execute();
}
