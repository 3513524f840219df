import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** How long calls waited for an account, and how much each move wrote again; nobody knows it of those that are older. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema.alterTable('calls').addColumn('waited_ms', 'bigint').execute();
  await query.schema.alterTable('moves').addColumn('tokens', 'bigint').execute();
}
