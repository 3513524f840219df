import { Database as Sqlite } from 'bun:sqlite';
import { constants } from 'node:fs';
import { chmod, copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { makePrivateFolder } from '../base/files.ts';
import { Problem } from '../base/problem.ts';
import { requireRoom, roomProblem } from './room.ts';

/** Copies that are kept: of the last updates, one each. */
const keptCopies = 3;
const copyName = /^proxy-before-[0-9A-Za-z.+-]+\.db$/;

/** Two processes may have the file open meanwhile (ms). */
const busyTimeoutMs = 10_000;

/**
 * Copies the database at `path`, as it is at one moment, while whoever has it open goes on writing. Left in
 * `folder` for a rollback; of older ones {@link keptCopies} stay.
 *
 * @returns the copy; null where there is no database yet
 * @throws Problem update-database, update-no-room
 */
export async function copyDatabase(path: string, folder: string, version: string): Promise<string | null> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return null;
  await makePrivateFolder(folder);
  // One copy to keep, one that the new program tries itself on.
  await requireRoom(folder, 2 * size);
  const copy = join(folder, `proxy-before-${version}.db`);
  const unfinished = `${copy}.part`;
  try {
    await rm(unfinished, { force: true });
    await copyLive(path, unfinished);
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw copyProblem(error, path, folder);
  }
  await removeOlder(folder, copy);
  return copy;
}

/** SQLite's own way to a whole file from one that is being written (https://sqlite.org/lang_vacuum.html#vacuuminto). */
async function copyLive(path: string, to: string): Promise<void> {
  // Made first, so that nobody else can read it at any moment.
  await (await open(to, 'wx', 0o600)).close();
  const file = new Sqlite(path, { readonly: true });
  try {
    file.run(`pragma busy_timeout = ${busyTimeoutMs}`);
    file.run('vacuum into ?', [to]);
  } finally {
    file.close();
  }
  await chmod(to, 0o600);
  const handle = await open(to, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file for somebody to try themselves on; blocks are shared with the original where the disk can. */
export async function copyForTrial(copy: string, to: string): Promise<void> {
  await copyFile(copy, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o600);
}

async function removeOlder(folder: string, newest: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => copyName.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  const older = files.filter(({ path }) => path !== newest).toSorted((a, b) => b.at - a.at);
  for (const { path } of older.slice(keptCopies - 1)) await rm(path, { force: true });
}

function copyProblem(error: unknown, path: string, folder: string): Problem {
  if (error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL') {
    return roomProblem(Object.assign(new Error('the copy did not fit'), { code: 'ENOSPC' }), folder);
  }
  if (error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code)))
    return roomProblem(error, folder);
  const title = `The database ${path} could not be copied before the update: ${messageOf(error)}.`;
  return new Problem('update-database', title, 'Nothing was changed. See what `doctor` says about it.', {
    cause: error,
  });
}
