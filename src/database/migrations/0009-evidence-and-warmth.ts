import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/**
 * What rests and sign-outs stand on, and where the prompt caches of sessions are warm: a restart changes neither. And the
 * header from which an account learned something from an attempt.
 */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  for (const name of ['evidence_in', 'evidence_name', 'evidence_value'])
    await query.schema.alterTable('rests').addColumn(name, 'text').execute();
  for (const name of ['is_cut', 'is_held'])
    await query.schema
      .alterTable('rests')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  for (const name of ['evidence_header', 'evidence_value'])
    await query.schema.alterTable('attempts').addColumn(name, 'text').execute();
  const ofHomes = ['used_at', 'kept_ms', 'tokens'].flatMap((fact) => [`cache_${fact}`, `left_${fact}`]);
  for (const name of ofHomes)
    await query.schema.alterTable('session_homes').addColumn(name, 'bigint').execute();
  await query.schema.alterTable('session_homes').addColumn('left_account_id', 'text').execute();
}
