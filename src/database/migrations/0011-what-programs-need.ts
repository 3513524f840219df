import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** From now on a program knows whether it can work with the tables of a newer one: who updates may want to go back. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema.alterTable('migrations').addColumn('needs', 'integer').execute();
}
