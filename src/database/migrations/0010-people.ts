import type { Kysely } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** Who may see the pages, who is signed in there, what client keys may do besides calling, and who changed what. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('password', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('password_at', 'bigint', (column) => column.notNull())
    .execute();
  await createPageSessions(query);
  await query.schema.alterTable('client_keys').addColumn('role', 'text').execute();
  await query.schema
    .createTable('audit')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .execute();
}

async function createPageSessions(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('page_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('next_hash', 'text')
    .addColumn('next_at', 'bigint')
    .addColumn('before_hash', 'text')
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('via', 'text', (column) => column.notNull())
    .addColumn('whose', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text')
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await query.schema.createIndex('page_sessions_by_whose').on('page_sessions').column('whose').execute();
}
