import { Database as Sqlite } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { existsSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareRestore, putBack, takeBack } from '../../src/update/database-restore.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();

/** A database with `rows` calls in it, at `path`. */
function aDatabase(path: string, rows: number): Sqlite {
  const file = new Sqlite(path, { create: true });
  file.run('pragma journal_mode = wal');
  file.run('create table calls (id integer)');
  for (let id = 0; id < rows; id += 1) file.run('insert into calls values (?)', [id]);
  return file;
}

function rowsIn(path: string): unknown {
  const file = new Sqlite(path, { readonly: true });
  const { rows } = file.query<{ rows: number }, []>('select count(*) as rows from calls').get() ?? {};
  file.close();
  return rows;
}

/** A home with a database of three calls, and a copy of it from when there was one. */
function aHome() {
  const home = folder();
  const path = join(home, 'proxy.db');
  aDatabase(path, 3).close();
  const copy = join(home, 'copy.db');
  aDatabase(copy, 1).close();
  return { home, path, copy };
}

async function restored({ copy, path }: ReturnType<typeof aHome>): Promise<string> {
  await prepareRestore(copy, path);
  return putBack(path);
}

test('the copy is there, what was there is beside it, and the copy stays', async () => {
  const here = aHome();
  expect(await restored(here)).toBe(`${here.path}.replaced`);
  expect(rowsIn(here.path)).toBe(1);
  expect(rowsIn(`${here.path}.replaced`)).toBe(3);
  expect(rowsIn(here.copy)).toBe(1);
  if (process.platform !== 'win32') expect(statSync(here.path).mode & 0o077).toBe(0);
});

test('what earlier ones put aside is never replaced', async () => {
  const here = aHome();
  await restored(here);
  expect(await restored(here)).toBe(`${here.path}.replaced-2`);
  expect(await restored(here)).toBe(`${here.path}.replaced-3`);
  expect(rowsIn(`${here.path}.replaced`)).toBe(3);
});

test('what is in the log only goes aside with the database, and into no other one', async () => {
  const here = aHome();
  const killed = join(here.home, 'killed.db');
  const file = aDatabase(killed, 5);
  // Whoever is killed leaves its log behind.
  for (const ending of ['', '-wal', '-shm'])
    writeFileSync(`${here.path}${ending}`, await Bun.file(`${killed}${ending}`).bytes());
  file.close();
  await prepareRestore(here.copy, here.path);
  expect(existsSync(`${here.path}-wal`)).toBe(false);
  const aside = await putBack(here.path);
  expect(rowsIn(here.path)).toBe(1);
  expect(rowsIn(aside)).toBe(5);
});

test('until the rename the database is what it was', async () => {
  const here = aHome();
  await prepareRestore(here.copy, here.path);
  expect(rowsIn(here.path)).toBe(3);
  // Of one that was killed there.
  await prepareRestore(here.copy, here.path);
  expect(rowsIn(here.path)).toBe(3);
});

test('one that was killed between the second name and the rename leaves no third name behind', async () => {
  const here = aHome();
  await prepareRestore(here.copy, here.path);
  linkSync(here.path, `${here.path}.replaced`);
  expect(await putBack(here.path)).toBe(`${here.path}.replaced`);
  expect(rowsIn(`${here.path}.replaced`)).toBe(3);
});

test('a database that somebody reads from is not taken away', async () => {
  const here = aHome();
  const reader = new Sqlite(here.path);
  reader.run('begin');
  reader.query('select * from calls').all();
  const writer = new Sqlite(here.path);
  writer.run('insert into calls values (9)');
  writer.close();
  expect((await problemOf(prepareRestore(here.copy, here.path))).code).toBe('update-rollback-running');
  reader.close();
  expect(rowsIn(here.path)).toBe(4);
  expect(readdirSync(here.home).filter((name) => name.includes('.restoring'))).toEqual([]);
});

test('a damaged database is put aside, and its log is not played into the copy', async () => {
  const here = aHome();
  writeFileSync(here.path, 'no database at all, but long enough to be taken for one'.repeat(100));
  writeFileSync(`${here.path}-wal`, 'a log');
  const aside = await restored(here);
  expect(existsSync(`${here.path}-wal`)).toBe(false);
  expect(statSync(aside).size).toBe(5_500);
  expect(rowsIn(here.path)).toBe(1);
});

test('it can be undone', async () => {
  const here = aHome();
  await takeBack(here.path, await restored(here));
  expect(rowsIn(here.path)).toBe(3);
  expect(existsSync(`${here.path}.replaced`)).toBe(false);
});

test('where the rename fails everything stays', async () => {
  const here = aHome();
  await prepareRestore(here.copy, here.path);
  rmSync(`${here.path}.restoring`);
  await expect(putBack(here.path)).rejects.toThrow();
  expect(rowsIn(here.path)).toBe(3);
  expect(existsSync(`${here.path}.replaced`)).toBe(false);
});

test('where no database is left the copy is put there', async () => {
  const here = aHome();
  renameSync(here.path, join(here.home, 'elsewhere.db'));
  await restored(here);
  expect(rowsIn(here.path)).toBe(1);
});
