import { type Kysely, sql } from 'kysely';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';

/** One step from a version of the tables to the next. It runs once, inside a transaction. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  up(query: Kysely<MigrationTables>): Promise<void>;
}

/** What a migration can count on: the record of those that have run. */
export interface MigrationTables {
  migrations: { number: number; name: string; version: string; applied_at: number };
}

export interface Migrated {
  /** The version found and the version left behind; 0 is a new file. */
  readonly from: number;
  readonly to: number;
}

/**
 * Brings the tables to the newest version: every missing migration in one transaction, so that the file has
 * either all of them or none. Of two processes that start together one migrates and the other waits.
 *
 * @throws Problem `database-newer` where a newer program has been here, `database-foreign` where the file
 *   belongs to another program; both are left as they are
 */
export async function migrate(
  query: Kysely<MigrationTables>,
  migrations: readonly Migration[],
  { path, now }: { path: string; now: number },
): Promise<Migrated> {
  const newest = migrations.at(-1)?.number ?? 0;
  const found = await versionOf(query, path);
  refuseNewer(found, newest, path);
  if (found.number === newest) return { from: newest, to: newest };
  return query.transaction().execute(async (transaction) => {
    // Asked again, now that nobody else can write.
    const { number: from } = await versionOf(transaction, path);
    if (from === 0) await createRecord(transaction);
    for (const migration of migrations.filter(({ number }) => number > from)) {
      await migration.up(transaction);
      const { number, name } = migration;
      const row = { number, name, version: product.version, applied_at: now };
      await transaction.insertInto('migrations').values(row).execute();
    }
    return { from, to: newest };
  });
}

interface Version {
  readonly number: number;
  /** The version of the program that brought the tables there. */
  readonly by: string;
}

async function versionOf(query: Kysely<MigrationTables>, path: string): Promise<Version> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`.execute(query);
  if (rows.length === 0) return { number: 0, by: product.version };
  if (!rows.some(({ name }) => name === 'migrations')) throw foreign(path);
  const last = await query
    .selectFrom('migrations')
    .select(['number', 'version'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) throw foreign(path);
  return { number: last.number, by: last.version };
}

async function createRecord(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('migrations')
    .addColumn('number', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute();
}

function refuseNewer(found: Version, newest: number, path: string): void {
  if (found.number <= newest) return;
  throw new Problem(
    'database-newer',
    `${path} was last used by ${product.name} ${found.by}, which is newer than this one (${product.version}).`,
    `Start version ${found.by} or newer, or choose another home folder with ${product.envPrefix}HOME.`,
  );
}

function foreign(path: string): Problem {
  return new Problem(
    'database-foreign',
    `${path} is a database of another program.`,
    `Move that file elsewhere, or choose another home folder with ${product.envPrefix}HOME.`,
  );
}
