import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Accounts that sign in at a provider, and the way their calls take: outbound proxy, certificates. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  const add = (name: string, type: 'text' | 'bigint') =>
    query.schema.alterTable('accounts').addColumn(name, type, (column) =>
      // Nobody knows any more when the secrets of earlier accounts were given; only changes matter.
      type === 'bigint' ? column.notNull().defaultTo(0) : column,
    );
  await add('provider', 'text').execute();
  await add('proxy', 'text').execute();
  await add('proxy_login', 'text').execute();
  await add('extra_ca', 'text').execute();
  await add('credential_at', 'bigint').execute();
}
