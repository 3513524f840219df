import { afterEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { silentLog } from '../../src/base/log.ts';
import { DatabaseError } from '../../src/database/errors.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { runScript } from '../help/a-process.ts';

const folder = temporaryFolders();
const opened: Database[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(path: string = join(folder(), 'proxy.db')): Promise<Database> {
  const database = await openDatabase({ path, log: silentLog });
  opened.push(database);
  return database;
}

const row = (object: string) => ({ object, kind: 'file', account_id: 'acc_1', created_at: 1, expires_at: 2 });

async function objectsIn(database: Database): Promise<string[]> {
  const rows = await database.query.selectFrom('bindings').select('object').orderBy('object').execute();
  return rows.map(({ object }) => object);
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a database', () => {
  test('in memory starts empty and works the same', async () => {
    const database = await open(':memory:');
    const inserted = await database.query.insertInto('bindings').values(row('a')).executeTakeFirst();
    expect(inserted.numInsertedOrUpdatedRows).toBe(1n);
    expect(await objectsIn(database)).toEqual(['a']);
  });

  test('runs with WAL, foreign keys and the modest cache', async () => {
    const { query } = await open();
    const ask = async (pragma: string) =>
      Object.values((await sql<object>`${sql.raw(`pragma ${pragma}`)}`.execute(query)).rows[0] ?? {})[0];
    expect(await ask('journal_mode')).toBe('wal');
    expect(await ask('synchronous')).toBe(1);
    expect(await ask('foreign_keys')).toBe(1);
    expect(await ask('cache_size')).toBe(-1024);
    expect(await ask('trusted_schema')).toBe(0);
  });

  test('makes its folder, for the owner alone', async () => {
    const home = join(folder(), 'new', 'home');
    await open(join(home, 'proxy.db'));
    expect(modeOf(home)).toBe('700');
  });

  test('does not stream rows, and says so', async () => {
    const { query } = await open();
    const rows = query.selectFrom('bindings').selectAll().stream()[Symbol.asyncIterator]();
    expect(rows.next()).rejects.toThrow('page by page');
  });
});

describe('a batch', () => {
  test('can wait for the disk, and puts the usual mode back afterwards', async () => {
    const database = await open();
    await database.batch([database.query.insertInto('bindings').values(row('a'))], { durable: true });
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.query);
    expect(rows).toEqual([{ synchronous: 1 }]);
  });
});

describe('errors', () => {
  test('carry the code of SQLite and what to do', async () => {
    const database = await open();
    await database.query.insertInto('bindings').values(row('a')).execute();
    const error = await problemOf(database.query.insertInto('bindings').values(row('a')).execute());
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toHaveProperty('engineCode', 'SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(error.code).toBe('database-conflict');
    expect(error.fix).not.toBe('');
  });

  test('a full disk says so, and reading goes on', async () => {
    const database = await open();
    await database.query.insertInto('bindings').values(row('a')).execute();
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.query);
    await sql`${sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 0}`)}`.execute(database.query);
    const large = row('x'.repeat(500_000));
    const error = await problemOf(database.query.insertInto('bindings').values(large).execute());
    expect(error.code).toBe('database-full');
    expect(error.fix).toContain('Free some space');
    expect(await objectsIn(database)).toEqual(['a']);
  });

  test('a full disk in the middle of a transaction ends it whole', async () => {
    const database = await open();
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.query);
    await sql`${sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 0}`)}`.execute(database.query);
    const filling = database.query.transaction().execute(async (transaction) => {
      await transaction.insertInto('bindings').values(row('small')).execute();
      await transaction
        .insertInto('bindings')
        .values(row('x'.repeat(500_000)))
        .execute();
    });
    expect((await problemOf(filling)).code).toBe('database-full');
    expect(await objectsIn(database)).toEqual([]);
    await sql`pragma max_page_count = 100000`.execute(database.query);
    await database.query.insertInto('bindings').values(row('later')).execute();
    expect(await objectsIn(database)).toEqual(['later']);
  });

  test('a file that may not be written says so', async () => {
    const database = await open();
    await sql`pragma query_only = 1`.execute(database.query);
    const error = await problemOf(database.query.insertInto('bindings').values(row('a')).execute());
    expect(error.code).toBe('database-readonly');
    expect(error.fix).toContain('right to write');
  });
});

describe('a file that is not ours', () => {
  /** The folder as it is: names and bytes of every file. */
  const look = (path: string) =>
    readdirSync(path).map((name) => [name, readFileSync(join(path, name)).toString('hex')]);

  async function refused(path: string): Promise<string> {
    const before = look(join(path, '..'));
    const problem = await problemOf(openDatabase({ path, log: silentLog }));
    expect(look(join(path, '..'))).toEqual(before);
    expect(problem.fix).not.toBe('');
    return problem.code;
  }

  test('is refused and untouched when it is no database', async () => {
    const path = join(folder(), 'proxy.db');
    writeFileSync(path, 'these are notes of somebody, long enough to look like a page\n'.repeat(100));
    expect(await refused(path)).toBe('database-damaged');
  });

  test('is refused and untouched when its pages are garbage', async () => {
    const path = join(folder(), 'proxy.db');
    await (await open(path)).close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096);
    writeFileSync(path, bytes);
    expect(await refused(path)).toBe('database-damaged');
  });

  test('is refused and untouched when its second half is missing', async () => {
    const path = join(folder(), 'proxy.db');
    await (await open(path)).close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    expect(await refused(path)).toBe('database-damaged');
  });

  test('is refused when it is a folder', async () => {
    const path = join(folder(), 'proxy.db');
    mkdirSync(path);
    const problem = await problemOf(openDatabase({ path, log: silentLog }));
    expect(problem.code).toBe('database-unreadable');
    expect(problem.message).toContain(path);
  });
});

// Windows has no such modes: there the folder of the user keeps others out.
if (process.platform !== 'win32')
  describe('the files', () => {
    test('are for the owner alone, even where the umask allows everything', async () => {
      const home = join(folder(), 'home');
      const printed = await runScript(new URL('print-modes.ts', import.meta.url), [join(home, 'proxy.db')], {
        umask: '000',
      });
      expect(JSON.parse(printed)).toEqual({
        'proxy.db': '600',
        'proxy.db-shm': '600',
        'proxy.db-wal': '600',
        '.': '700',
      });
    });

    test('that others could read are closed to them', async () => {
      const path = join(folder(), 'proxy.db');
      await (await open(path)).close();
      chmodSync(path, 0o644);
      const database = await open(path);
      await database.query.insertInto('bindings').values(row('a')).execute();
      expect(existsSync(`${path}-wal`)).toBe(true);
      expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(['600', '600', '600']);
    });
  });
