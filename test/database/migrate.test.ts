import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { product } from '../../src/base/product.ts';
import { WorkerDialect } from '../../src/database/dialect.ts';
import { Gate } from '../../src/database/gate.ts';
import { Link } from '../../src/database/link.ts';
import { migrate, type Migration, type MigrationTables } from '../../src/database/migrate.ts';
import { migrations } from '../../src/database/migrations/all.ts';
import { sqliteGround } from '../../src/database/sqlite-ground.ts';
import { problemOf } from '../help/a-problem.ts';

let link: Link;
let query: Kysely<MigrationTables>;

beforeEach(async () => {
  link = new Link(':memory:');
  await link.send({ is: 'open', path: ':memory:' });
  query = new Kysely<MigrationTables>({ dialect: new WorkerDialect(link, new Gate()) });
});

afterEach(() => link.close());

const where = { place: '/home/ann/proxy.db', ground: sqliteGround, now: 1_000 };

const creates = (number: number, table: string): Migration => ({
  number,
  name: table,
  up: async (on) => {
    await on.schema.createTable(table).addColumn('id', 'integer').execute();
  },
});

async function tables(): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_schema where type = 'table' order by name`.execute(query);
  return rows.map(({ name }) => name);
}

test('a new file gets every migration, and a record of each', async () => {
  expect(await migrate(query, [creates(1, 'one'), creates(2, 'two')], where)).toEqual({ from: 0, to: 2 });
  expect(await tables()).toEqual(['migrations', 'one', 'two']);
  const rows: unknown[] = await query.selectFrom('migrations').selectAll().execute();
  expect(rows).toEqual([
    { number: 1, name: 'one', version: product.version, applied_at: 1_000 },
    { number: 2, name: 'two', version: product.version, applied_at: 1_000 },
  ]);
});

test('an older file gets only those that it lacks', async () => {
  await migrate(query, [creates(1, 'one')], where);
  expect(await migrate(query, [creates(1, 'one'), creates(2, 'two')], where)).toEqual({ from: 1, to: 2 });
  expect(await migrate(query, [creates(1, 'one'), creates(2, 'two')], where)).toEqual({ from: 2, to: 2 });
  expect(await tables()).toEqual(['migrations', 'one', 'two']);
});

test('when one fails, none has happened', async () => {
  await migrate(query, [creates(1, 'one')], where);
  const failing = migrate(query, [creates(1, 'one'), creates(2, 'two'), creates(3, 'one')], where);
  expect((await problemOf(failing)).code).toBe('database-failed');
  expect(await tables()).toEqual(['migrations', 'one']);
});

test('a file of a newer version is refused, with the version that wrote it', async () => {
  await migrate(query, [creates(1, 'one'), creates(2, 'two')], where);
  await query.updateTable('migrations').set({ version: '9.8.7' }).where('number', '=', 2).execute();
  const problem = await problemOf(migrate(query, [creates(1, 'one')], where));
  expect(problem.code).toBe('database-newer');
  expect(problem.message).toContain('9.8.7');
  expect(problem.fix).toContain('Start version 9.8.7 or newer');
});

test('of two builds of one version the older is told that it is the older', async () => {
  await migrate(query, [creates(1, 'one'), creates(2, 'two')], where);
  const problem = await problemOf(migrate(query, [creates(1, 'one')], where));
  expect(problem.message).toContain('a newer build of');
  expect(problem.fix).toStartWith('Start that build');
});

test('the released migrations are numbered without a gap and named like their files', () => {
  const files = readdirSync(join(import.meta.dir, '../../src/database/migrations'));
  const named = migrations.map(({ number, name }) => `${String(number).padStart(4, '0')}-${name}.ts`);
  expect(named).toEqual(files.filter((file) => /^\d/.test(file)).toSorted());
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, at) => at + 1));
});
