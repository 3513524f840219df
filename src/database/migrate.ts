import type { Kysely } from 'kysely';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { DatabaseError } from './errors.ts';

/** One step from a version of the tables to the next. It runs once, inside a transaction. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Programs from before it cannot work with the tables any more. Left out, it only adds: they go on as they did. */
  readonly breaks?: true;
  up(query: Kysely<MigrationTables>): Promise<void>;
}

/** What a migration can count on: the record of those that have run. */
export interface MigrationTables {
  migrations: {
    number: number;
    name: string;
    version: string;
    applied_at: number;
    /** The last migration that a program has to know to work with the tables after this one. */
    needs?: number | null;
  };
}

/** The first migration after which the record says what programs have to know (`0011-what-programs-need.ts`). */
const firstThatSays = 11;

/** What differs from engine to engine while tables are made. */
export interface Ground {
  /** The names of the tables there are, whoever made them. */
  tables(query: Kysely<MigrationTables>): Promise<string[]>;
  /** First thing in the transaction: from now on nobody else migrates. */
  lock(query: Kysely<MigrationTables>): Promise<void>;
  /** Last thing in the transaction: what the engine needs beside the tables. */
  complete(query: Kysely<MigrationTables>): Promise<void>;
  /** Another database than this one: `choose another home folder`. */
  readonly another: string;
}

export interface MigrateOptions {
  /** The database as people know it: its path or address. */
  readonly place: string;
  readonly ground: Ground;
  readonly now: number;
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
 * Tables of a newer program that only added to them are left as they are, and good: whoever goes back to the version
 * before an update goes on with the same database.
 *
 * @throws Problem `database-newer` where a newer program has been here that did more, `database-foreign` where the
 *   file belongs to another program; both are left as they are
 */
export async function migrate(
  query: Kysely<MigrationTables>,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<Migrated> {
  const newest = migrations.at(-1)?.number ?? 0;
  const { ground, now } = options;
  const found = await versionOf(query, newest, options);
  if (found === newest) return { from: newest, to: newest };
  return query.transaction().execute(async (transaction) => {
    await ground.lock(transaction);
    // Asked again, now that nobody else can write.
    const from = await versionOf(transaction, newest, options);
    if (from === newest) return { from, to: newest };
    if (from === 0) await createRecord(transaction);
    for (const migration of migrations.filter(({ number }) => number > from)) {
      await migration.up(transaction);
      const { number, name } = migration;
      const row = { number, name, version: product.version, applied_at: now };
      const says = number < firstThatSays ? {} : { needs: neededAfter(migration, migrations) };
      await transaction
        .insertInto('migrations')
        .values({ ...row, ...says })
        .execute();
    }
    await ground.complete(transaction);
    return { from, to: newest };
  });
}

/** What a program has to know to work with the tables as `migration` leaves them. */
function neededAfter({ number }: Migration, migrations: readonly Migration[]): number {
  const breaking = migrations.findLast((one) => one.number <= number && one.breaks === true);
  return Math.max(firstThatSays, breaking?.number ?? 0);
}

/**
 * The number of the last migration that has run, or of the last we know where later ones do not matter to us; 0 where
 * there is nothing yet.
 */
async function versionOf(
  query: Kysely<MigrationTables>,
  newest: number,
  options: MigrateOptions,
): Promise<number> {
  const tables = await options.ground.tables(query);
  if (tables.length === 0) return 0;
  const last = tables.includes('migrations') ? await lastOf(query) : undefined;
  if (last === undefined) throw foreign(options);
  if (last.number <= newest) return last.number;
  if (!worksFor(newest, last)) throw newer(last.version, options);
  return newest;
}

/** Whether a program that knows migrations up to `newest` can work with tables of a newer one. */
export function worksFor(newest: number, { needs }: { readonly needs?: number | null | undefined }): boolean {
  return typeof needs === 'number' && needs <= newest;
}

type Last = Pick<MigrationTables['migrations'], 'number' | 'version'> & {
  readonly needs?: number | null | undefined;
};

/** What ran last; undefined where the table is not one of ours. Others have tables of that name, too. */
async function lastOf(query: Kysely<MigrationTables>): Promise<Last | undefined> {
  try {
    // All columns: the last one is younger than the table.
    const rows = await query
      .selectFrom('migrations')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .execute();
    return rows.find(({ number, version }) => typeof number === 'number' && typeof version === 'string');
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'database-failed') return undefined;
    throw error;
  }
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

function newer(version: string, { place, ground }: MigrateOptions): Problem {
  // Two builds of one version, as of a checkout: the number would say nothing.
  if (version === product.version)
    return new Problem(
      'database-newer',
      `${place} was last used by a newer build of ${product.name} ${version} than this one.`,
      `Start that build, or ${ground.another}.`,
    );
  return new Problem(
    'database-newer',
    `${place} was last used by ${product.name} ${version}, which is newer than this one (${product.version}).`,
    `Start version ${version} or newer, or ${ground.another}.`,
  );
}

function foreign({ place, ground }: MigrateOptions): Problem {
  const title = `${place} is a database of another program.`;
  return new Problem('database-foreign', title, `Move it elsewhere, or ${ground.another}.`);
}
