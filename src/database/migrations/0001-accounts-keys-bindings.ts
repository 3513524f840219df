import { type Kysely, sql } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Accounts, client keys, and which account an upstream object belongs to. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await createAccounts(query);
  await createClientKeys(query);
  await createBindings(query);
}

async function createAccounts(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('accounts')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('base_url', 'text', (column) => column.notNull())
    .addColumn('plain_http', 'integer', (column) => column.notNull())
    .addColumn('send_as', 'text')
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('weight', 'double precision', (column) => column.notNull())
    .addColumn('models', 'text', (column) => column.notNull())
    .addColumn('max_concurrent', 'integer')
    .addColumn('headers', 'text', (column) => column.notNull())
    .addColumn('notes', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await query.schema
    .createTable('account_secrets_underway')
    .addColumn('account_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .execute();
}

async function createClientKeys(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('client_keys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('models', 'text', (column) => column.notNull())
    .addColumn('accounts', 'text', (column) => column.notNull())
    .addColumn('requests_per_minute', 'integer')
    .addColumn('calls_at_once', 'integer')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute();
  // A name is free again once its key is revoked; the revoked one stays in the list.
  await query.schema
    .createIndex('client_keys_by_name')
    .unique()
    .on('client_keys')
    .column('name_key')
    .where(sql.ref('revoked_at'), 'is', null)
    .execute();
}

async function createBindings(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('bindings')
    .addColumn('object', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await query.schema
    .createIndex('bindings_by_expiry')
    .on('bindings')
    .columns(['kind', 'expires_at'])
    .execute();
  await query.schema.createIndex('bindings_by_account').on('bindings').column('account_id').execute();
}
