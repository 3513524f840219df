import { Database as Sqlite } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyDatabase } from '../../src/update/database-copy.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();

function aDatabase(path: string): Sqlite {
  const file = new Sqlite(path, { create: true });
  file.run('pragma journal_mode = wal');
  file.run('create table calls (id integer)');
  return file;
}

function rowsIn(path: string): unknown {
  const file = new Sqlite(path, { readonly: true });
  const { rows } = file.query<{ rows: number }, []>('select count(*) as rows from calls').get() ?? {};
  file.close();
  return rows;
}

test('a database that is being written is copied as it is at one moment', async () => {
  const home = folder();
  const path = join(home, 'proxy.db');
  const file = aDatabase(path);
  file.run('insert into calls values (1)');
  // What is not committed is in no copy, and keeps nobody from making one.
  const writer = new Sqlite(path);
  writer.run('begin immediate');
  writer.run('insert into calls values (2)');
  const copy = await copyDatabase(path, join(home, 'backups'), '1.0.0');
  writer.run('commit');
  writer.close();
  file.close();
  expect(rowsIn(copy ?? '')).toBe(1);
  expect(rowsIn(path)).toBe(2);
  if (process.platform !== 'win32') expect(statSync(copy ?? '').mode & 0o077).toBe(0);
});

test('where there is no database there is nothing to copy', async () => {
  const home = folder();
  expect(await copyDatabase(join(home, 'proxy.db'), join(home, 'backups'), '1.0.0')).toBeNull();
  expect(readdirSync(home)).toEqual([]);
});

test('a damaged database is said, and no half a copy stays', async () => {
  const home = folder();
  const path = join(home, 'proxy.db');
  writeFileSync(path, 'no database at all, but long enough to be taken for one'.repeat(100));
  const { code } = await problemOf(copyDatabase(path, join(home, 'backups'), '1.0.0'));
  expect(code).toBe('update-database');
  expect(readdirSync(join(home, 'backups'))).toEqual([]);
});

test('the copies of the last three updates are kept', async () => {
  const home = folder();
  const path = join(home, 'proxy.db');
  aDatabase(path).close();
  const backups = join(home, 'backups');
  for (const [at, version] of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].entries()) {
    const copy = await copyDatabase(path, backups, version);
    utimesSync(copy ?? '', 1_000 + at, 1_000 + at);
  }
  expect(readdirSync(backups).toSorted()).toEqual([
    'proxy-before-1.1.0.db',
    'proxy-before-1.2.0.db',
    'proxy-before-1.3.0.db',
  ]);
});
