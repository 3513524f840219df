import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { silentLog } from '../../src/base/log.ts';
import { DatabaseError } from '../../src/database/errors.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { engines } from '../help/a-database.ts';
import { MemoryLog } from '../help/a-log.ts';
import { type Place, placeText } from '../help/a-place.ts';
import { problemOf } from '../help/a-problem.ts';
import { runScript } from '../help/a-process.ts';

// What holds for every engine; what is particular to one stands in its own files.
describe.each(engines)('on $name', ({ name, places, raw, fill, free }) => {
  const aPlace = places();
  const bytesType = name === 'postgres' ? 'bytea' : 'blob';
  const opened: Database[] = [];
  let place: Place;

  beforeEach(async () => {
    place = await aPlace();
  });

  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });

  async function open(): Promise<Database> {
    const database = await openDatabase({ ...place, log: silentLog });
    opened.push(database);
    return database;
  }

  const row = (object: string) => ({
    object,
    kind: 'file',
    account_id: 'acc_1',
    created_at: 1,
    expires_at: 2,
  });

  const keyRow = (id: string) => ({
    id,
    name: id,
    name_key: id,
    owner: '',
    hash: id,
    hint: '',
    models: '[]',
    accounts: '[]',
    budgets: '[]',
    role: null,
    requests_per_minute: null,
    calls_at_once: null,
    created_at: 2 ** 45 + 1,
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
  });

  async function objectsIn(database: Database): Promise<string[]> {
    const rows = await database.query.selectFrom('bindings').select('object').orderBy('object').execute();
    return rows.map(({ object }) => object);
  }

  describe('a database', () => {
    test('keeps what is stored over a restart', async () => {
      const first = await open();
      await first.query.insertInto('bindings').values(row('a')).execute();
      await first.close();
      expect(await objectsIn(await open())).toEqual(['a']);
    });

    test('says once which migrations ran', async () => {
      for (const expected of [['database migrated'], []]) {
        const log = new MemoryLog();
        const database = await openDatabase({ ...place, log });
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
      const database = await open();
      const asked = database.batch([database.query.insertInto('bindings').values(row('a'))]);
      await database.close();
      await asked;
      expect(await objectsIn(await open())).toEqual(['a']);
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
  });

  describe('values', () => {
    test('come back as they were given: moments, fractions, texts, nothing', async () => {
      const { query } = await open();
      const key = { ...keyRow('a'), name: 'Ann „é“ 🦜', requests_per_minute: 7 };
      await query.insertInto('client_keys').values(key).execute();
      expect(await query.selectFrom('client_keys').selectAll().execute()).toEqual([key]);
      const { rows } = await sql`select cast(${0.25} as double precision) as fraction`.execute(query);
      expect(rows).toEqual([{ fraction: 0.25 }]);
    });

    test('that are bytes stay bytes', async () => {
      const { query } = await open();
      await sql`create table blobs (held ${sql.raw(bytesType)})`.execute(query);
      await sql`insert into blobs values (${Uint8Array.of(0, 1, 255)})`.execute(query);
      const { rows } = await sql<{ held: Uint8Array }>`select held from blobs`.execute(query);
      expect([...(rows[0]?.held ?? [])]).toEqual([0, 1, 255]);
    });

    test('counted and summed up are numbers, and so is yes or no', async () => {
      const { query } = await open();
      await query
        .insertInto('bindings')
        .values([row('a'), row('b')])
        .execute();
      const { rows } = await sql`
        select count(*) as many, sum(expires_at) as total, max(expires_at) as most, count(*) > 1 as several
        from bindings`.execute(query);
      expect(rows).toEqual([{ many: 2, total: 4, most: 2, several: 1 }]);
    });

    test('may be yes and no where a column holds 1 and 0', async () => {
      const { query } = await open();
      await sql`insert into bindings values ('a', 'file', 'acc', ${true}, ${false})`.execute(query);
      const [found] = await query.selectFrom('bindings').select(['created_at', 'expires_at']).execute();
      expect(found).toEqual({ created_at: 1, expires_at: 0 });
    });

    test('with a NUL make nothing fail that is written with them, and are found again', async () => {
      const database = await open();
      const { query } = database;
      await database.batch([query.insertInto('bindings').values([row('a\0b'), row('c')])]);
      const found = await query.selectFrom('bindings').select('kind').where('object', '=', 'a\0b').execute();
      expect(found).toEqual([{ kind: 'file' }]);
      expect((await objectsIn(database)).length).toBe(2);
    });

    test('that are there already are replaced by an upsert', async () => {
      const database = await open();
      const upsert = (expires_at: number) =>
        database.query
          .insertInto('bindings')
          .values({ ...row('a'), expires_at })
          .onConflict((conflict) =>
            conflict.column('object').doUpdateSet((to) => ({
              expires_at: sql<number>`${to.ref('bindings.expires_at')} + ${to.ref('excluded.expires_at')}`,
            })),
          );
      await database.batch([upsert(5), upsert(6)]);
      const found = await database.query.selectFrom('bindings').select('expires_at').execute();
      expect(found).toEqual([{ expires_at: 11 }]);
    });
  });

  describe('a database of others', () => {
    const code = async (): Promise<string> => (await problemOf(open())).code;

    test('is refused, and nothing is made there', async () => {
      await raw(place, 'create table songs (title text)');
      expect(await code()).toBe('database-foreign');
      await raw(place, 'drop table songs');
      expect(await objectsIn(await open())).toEqual([]);
    });

    test('is refused also where it has a table of migrations', async () => {
      await raw(place, 'create table migrations (id integer, migration text)');
      expect(await code()).toBe('database-foreign');
    });

    test('that a newer version of ours has used is refused, with that version', async () => {
      await (await open()).close();
      await raw(place, "insert into migrations values (900, 'later', '9.8.7', 0, 900)");
      const problem = await problemOf(open());
      expect(problem.code).toBe('database-newer');
      expect(problem.message).toContain('9.8.7');
      expect(problem.fix).toContain('Start version 9.8.7 or newer');
    });

    test('that a newer version of ours only added to is good for this one', async () => {
      await (await open()).close();
      await raw(place, "insert into migrations values (900, 'later', '9.8.7', 0, 11)");
      await raw(place, 'alter table client_keys add column later integer not null default 7');
      const { query } = await open();
      await query.insertInto('client_keys').values(keyRow('a')).execute();
      expect(await query.selectFrom('client_keys').select('id').execute()).toHaveLength(1);
    });
  });

  describe('errors', () => {
    test('say whether a value is taken, or the row itself is there already', async () => {
      const { query } = await open();
      const insert = (key: object) =>
        problemOf(
          query
            .insertInto('client_keys')
            .values({ ...keyRow('a'), ...key })
            .execute(),
        );
      await query.insertInto('client_keys').values(keyRow('a')).execute();
      const same = await insert({ name_key: 'b', hash: 'b' });
      expect(same).toMatchObject({ code: 'database-conflict', isTaken: false });
      expect(same).toBeInstanceOf(DatabaseError);
      expect(await insert({ id: 'b', name_key: 'b' })).toMatchObject({
        code: 'database-conflict',
        isTaken: true,
      });
      expect(await insert({ id: 'b', hash: 'b' })).toMatchObject({
        code: 'database-conflict',
        isTaken: true,
      });
    });

    test('of a disk without room end the batch whole, and reading goes on', async () => {
      const database = await open();
      const { query } = database;
      await query.insertInto('bindings').values(row('a')).execute();
      await fill(database);
      const batch = database.batch([
        query.insertInto('client_keys').values(keyRow('a')),
        query.insertInto('bindings').values(row('b')),
      ]);
      expect((await problemOf(batch)).fix).not.toBe('');
      expect(await query.selectFrom('client_keys').select('id').execute()).toEqual([]);
      expect(await objectsIn(database)).toEqual(['a']);
      await free(database);
      await query.insertInto('bindings').values(row('b')).execute();
      expect(await objectsIn(database)).toEqual(['a', 'b']);
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

  describe('several processes', () => {
    test('start together on a new file, and all of their rows arrive', async () => {
      const writers = ['a', 'b', 'c'].map((name) =>
        runScript(new URL('write-rows.ts', import.meta.url), [placeText(place), name, '40']),
      );
      expect(await Promise.all(writers)).toEqual(['done\n', 'done\n', 'done\n']);
      expect((await objectsIn(await open())).length).toBe(120);
    });

    test('learn of each other, but not of themselves', async () => {
      const [database, other] = [await open(), await open()];
      await database.batch([database.query.insertInto('client_keys').values(keyRow('mine'))]);
      expect(await database.changedElsewhere()).toBe(false);
      for (const [number, table] of (['client_keys', 'accounts'] as const).entries()) {
        await other.batch([other.query.insertInto('client_keys').values(keyRow(`theirs-${number}`))]);
        await other.query.deleteFrom(table).execute();
        expect(await database.changedElsewhere()).toBe(true);
        expect(await database.changedElsewhere()).toBe(false);
      }
    });

    test('learn of what was changed by hand', async () => {
      const database = await open();
      await database.query.insertInto('client_keys').values(keyRow('mine')).execute();
      await raw(place, "update client_keys set name = 'edited'");
      expect(await database.changedElsewhere()).toBe(true);
      expect(await database.changedElsewhere()).toBe(false);
    });

    test('end by themselves once the database is closed', async () => {
      // The script does nothing after close: were the worker still there, it would not end.
      expect(await runScript(new URL('write-rows.ts', import.meta.url), [placeText(place), 'a', '1'])).toBe(
        'done\n',
      );
    });
  });
});
