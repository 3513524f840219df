import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { problemOf } from '../help/a-problem.ts';

let database: Database;

beforeEach(async () => {
  database = await openDatabase({ path: ':memory:', log: silentLog });
});

afterEach(() => database.close());

const row = (object: string) => ({ object, kind: 'file', account_id: 'acc_1', created_at: 1, expires_at: 2 });
const insert = (query: Database['query'], object: string) =>
  query.insertInto('bindings').values(row(object)).execute();

async function objects(query: Database['query'] = database.query): Promise<string[]> {
  const rows = await query.selectFrom('bindings').select('object').orderBy('object').execute();
  return rows.map(({ object }) => object);
}

describe('a transaction', () => {
  test('stores all of it', async () => {
    await database.query.transaction().execute(async (transaction) => {
      await insert(transaction, 'a');
      await insert(transaction, 'b');
    });
    expect(await objects()).toEqual(['a', 'b']);
  });

  test('stores nothing when its function throws', async () => {
    const failing = database.query.transaction().execute(async (transaction) => {
      await insert(transaction, 'a');
      throw new Error('changed my mind');
    });
    expect(failing).rejects.toThrow('changed my mind');
    await failing.catch(() => undefined);
    expect(await objects()).toEqual([]);
  });

  test('keeps out what others ask meanwhile, reads and batches too', async () => {
    const order: string[] = [];
    let others: Promise<unknown>[] = [];
    await database.query.transaction().execute(async (transaction) => {
      await insert(transaction, 'mine');
      others = [
        database
          .batch([database.query.insertInto('bindings').values(row('batch'))])
          .then(() => order.push('batch')),
        objects().then((seen) => order.push(`read ${seen.join()}`)),
        database.query.transaction().execute(async (second) => {
          order.push(`second sees ${(await objects(second)).join()}`);
          await insert(second, 'second');
        }),
        objects().then((seen) => order.push(`late read ${seen.join()}`)),
      ];
      // Long enough for anything that did not wait to be carried out.
      await objects(transaction);
      await objects(transaction);
      order.push('mine ends');
    });
    await Promise.all(others);
    expect(order).toEqual([
      'mine ends',
      'batch',
      'read batch,mine',
      'second sees batch,mine',
      'late read batch,mine,second',
    ]);
  });

  test('whose statement fails lets the next one through', async () => {
    await insert(database.query, 'a');
    const failing = database.query.transaction().execute((transaction) => insert(transaction, 'a'));
    expect((await problemOf(failing)).code).toBe('database-conflict');
    await database.query.transaction().execute((transaction) => insert(transaction, 'b'));
    expect(await objects()).toEqual(['a', 'b']);
  });

  test('can go back to a savepoint', async () => {
    const transaction = await database.query.startTransaction().execute();
    await insert(transaction, 'a');
    const marked = await transaction.savepoint('before "b"').execute();
    await insert(marked, 'b');
    await marked.rollbackToSavepoint('before "b"').execute();
    await marked.releaseSavepoint('before "b"').execute();
    await transaction.commit().execute();
    expect(await objects()).toEqual(['a']);
  });

  test('that only reads does not wait for the right to write', async () => {
    const seen = await database.query
      .transaction()
      .setAccessMode('read only')
      .execute((transaction) => objects(transaction));
    expect(seen).toEqual([]);
  });
});

test('queries asked together are answered in the order in which they were asked', async () => {
  const asked = Array.from({ length: 50 }, async (_, number) => {
    await insert(database.query, String(number).padStart(2, '0'));
    return number;
  });
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 50 }, (_, number) => number));
  expect((await objects()).length).toBe(50);
});

test('the tables can be looked at', async () => {
  const tables = await database.query.introspection.getTables();
  expect(tables.map(({ name }) => name)).toEqual([
    'account_secrets_underway',
    'accounts',
    'attempts',
    'audit',
    'bindings',
    'body_digests',
    'budget_spend',
    'calls',
    'client_keys',
    'headroom',
    'migrations',
    'moves',
    'page_sessions',
    'people',
    'rests',
    'rollups',
    'session_homes',
    'session_hours',
    'standings',
  ]);
});
