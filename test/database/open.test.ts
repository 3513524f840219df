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
import { MemoryLog } from '../help/a-log.ts';
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
  test('keeps what is stored over a restart', async () => {
    const path = join(folder(), 'proxy.db');
    const first = await open(path);
    await first.query.insertInto('bindings').values(row('a')).execute();
    await first.close();
    expect(await objectsIn(await open(path))).toEqual(['a']);
  });

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

  test('says once which migrations ran', async () => {
    const path = join(folder(), 'proxy.db');
    for (const expected of [['database migrated'], []]) {
      const log = new MemoryLog();
      const database = await openDatabase({ path, log });
      await database.close();
      expect(log.events('info')).toEqual(expected);
    }
  });

  test('gives rows of an insert that asks for them, and counts changed ones', async () => {
    const { query } = await open();
    const returned = await query
      .insertInto('bindings')
      .values([row('a'), row('b')])
      .returning('object')
      .execute();
    expect(returned).toEqual([{ object: 'a' }, { object: 'b' }]);
    const updated = await query.updateTable('bindings').set({ kind: 'x' }).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
  });

  test('closes twice without complaint and refuses queries afterwards', async () => {
    const database = await open();
    await database.close();
    await database.close();
    expect((await problemOf(objectsIn(database))).code).toBe('database-closed');
    expect((await problemOf(database.batch([database.query.deleteFrom('bindings')]))).code).toBe(
      'database-closed',
    );
  });

  test('finishes what was asked before it closes', async () => {
    const path = join(folder(), 'proxy.db');
    const database = await open(path);
    const asked = database.batch([database.query.insertInto('bindings').values(row('a'))]);
    await database.close();
    await asked;
    expect(await objectsIn(await open(path))).toEqual(['a']);
  });

  test('does not stream rows, and says so', async () => {
    const { query } = await open();
    const rows = query.selectFrom('bindings').selectAll().stream()[Symbol.asyncIterator]();
    expect(rows.next()).rejects.toThrow('page by page');
  });
});

describe('a batch', () => {
  test('stores everything and tells how many rows each statement changed', async () => {
    const database = await open();
    const { query } = database;
    const changed = await database.batch([
      query.insertInto('bindings').values([row('a'), row('b')]),
      query.deleteFrom('bindings').where('object', '=', 'a'),
      query.deleteFrom('bindings').where('object', '=', 'nothing'),
    ]);
    expect(changed).toEqual([2, 1, 0]);
    expect(await objectsIn(database)).toEqual(['b']);
  });

  test('stores nothing when one statement fails', async () => {
    const database = await open();
    const { query } = database;
    const statements = [
      query.insertInto('bindings').values(row('a')),
      query.insertInto('bindings').values(row('a')),
    ];
    expect((await problemOf(database.batch(statements))).code).toBe('database-conflict');
    expect(await objectsIn(database)).toEqual([]);
  });

  test('of nothing does nothing', async () => {
    expect(await (await open()).batch([])).toEqual([]);
  });

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
    expect(error).toHaveProperty('sqlite', 'SQLITE_CONSTRAINT_PRIMARYKEY');
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

  test('a value no database holds fails alone', async () => {
    const database = await open();
    for (const value of [{ plain: 'object' }, { cannot: () => 'be copied' }]) {
      const asking = sql`select ${value}`.execute(database.query);
      expect((await problemOf(asking)).code).toBe('database-failed');
    }
    expect(await objectsIn(database)).toEqual([]);
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

  test('is refused when it belongs to another program', async () => {
    const path = join(folder(), 'proxy.db');
    const { Database: Sqlite } = await import('bun:sqlite');
    const other = new Sqlite(path, { create: true });
    other.run('create table songs (title text)');
    other.close();
    expect((await problemOf(openDatabase({ path, log: silentLog }))).code).toBe('database-foreign');
  });

  test('is refused when it is a folder', async () => {
    const path = join(folder(), 'proxy.db');
    mkdirSync(path);
    const problem = await problemOf(openDatabase({ path, log: silentLog }));
    expect(problem.code).toBe('database-unreadable');
    expect(problem.message).toContain(path);
  });
});

describe('several processes', () => {
  test('start together on a new file, and all of their rows arrive', async () => {
    const path = join(folder(), 'proxy.db');
    const writers = ['a', 'b', 'c'].map((name) =>
      runScript(new URL('write-rows.ts', import.meta.url), [path, name, '40']),
    );
    expect(await Promise.all(writers)).toEqual(['done\n', 'done\n', 'done\n']);
    expect((await objectsIn(await open(path))).length).toBe(120);
  }, 30_000);

  test('learn of each other, but not of themselves', async () => {
    const path = join(folder(), 'proxy.db');
    const database = await open(path);
    await database.query.insertInto('bindings').values(row('mine')).execute();
    expect(await database.changedElsewhere()).toBe(false);
    await runScript(new URL('write-rows.ts', import.meta.url), [path, 'theirs', '1']);
    expect(await database.changedElsewhere()).toBe(true);
    expect(await database.changedElsewhere()).toBe(false);
  }, 20_000);

  test('end by themselves once the database is closed', async () => {
    // The script does nothing after close: were the worker still there, it would not end.
    expect(
      await runScript(new URL('write-rows.ts', import.meta.url), [join(folder(), 'proxy.db'), 'a', '1']),
    ).toBe('done\n');
  }, 20_000);
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
    }, 20_000);

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
