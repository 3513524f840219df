import { Database as Sqlite } from 'bun:sqlite';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../base/problem.ts';
import { roomProblem } from './room.ts';
import { realFiles } from './swap.ts';

/** What SQLite keeps beside a database: the log of what is not in it yet, and an index of that. */
const logEndings = ['-wal', '-shm'] as const;

/**
 * Gets everything ready to put `copy` in the place of the database at `path`, which nobody may have open, so that a
 * rename is all that is left: a whole second file on the disk, and nothing in the log of the first one.
 *
 * @throws Problem update-no-room, update-not-allowed, update-rollback-running; the database is then what it was
 */
export async function prepareRestore(copy: string, path: string): Promise<void> {
  const fresh = freshOf(path);
  try {
    await rm(fresh, { force: true });
    await copyFile(copy, fresh, constants.COPYFILE_EXCL);
    await chmod(fresh, 0o600);
    await syncAt(fresh);
    emptyLog(path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw roomProblem(error, dirname(path));
  }
}

/**
 * Puts what {@link prepareRestore} made in the place of the database. What was there stays beside it, under the first
 * name that is free.
 *
 * @returns that name
 * @throws the system error; the database is then what it was
 */
export async function putBack(path: string): Promise<string> {
  const aside = await keepAside(path);
  // Of a file that SQLite could not read there may be a log yet: it must never be played into the new one.
  for (const ending of logEndings) await renameIfThere(`${path}${ending}`, `${aside}${ending}`);
  try {
    await rename(freshOf(path), path);
  } catch (error) {
    await takeBack(path, aside);
    throw error;
  }
  await realFiles.sync(dirname(path));
  return aside;
}

/** Undoes {@link putBack}. @throws the system error */
export async function takeBack(path: string, aside: string): Promise<void> {
  await rename(aside, path);
  // Two names of one file are not renamed into one (rename(2)).
  await rm(aside, { force: true });
  for (const ending of logEndings) await renameIfThere(`${aside}${ending}`, `${path}${ending}`);
  await realFiles.sync(dirname(path));
}

function freshOf(path: string): string {
  return `${path}.restoring`;
}

/** @throws Problem update-rollback-running where somebody is writing */
function emptyLog(path: string): void {
  let isBusy: unknown;
  try {
    const file = new Sqlite(path, { readwrite: true, create: false });
    try {
      isBusy = file.query<{ busy: number }, []>('pragma wal_checkpoint(truncate)').get()?.busy;
    } finally {
      file.close();
    }
  } catch {
    // A damaged one, or none, is a reason to go back to the copy.
    return;
  }
  if (isBusy === 1)
    throw new Problem(
      'update-rollback-running',
      `Another program has the database ${path} open, so it cannot be replaced.`,
      'Nothing was changed. Stop that program, and try again.',
    );
}

/** A second name for the database at `path`, in no place of an earlier one. */
async function keepAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const aside = `${path}.replaced${number === 1 ? '' : `-${number}`}`;
    try {
      await link(path, aside);
      return aside;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT') return aside;
      // Whoever was killed here has left the second name already.
      if (code === 'EEXIST' && (await areSame(path, aside))) return aside;
      if (code === 'EEXIST') continue;
    }
    // Some disks know no second name for a file.
    if (await copyAside(path, aside)) return aside;
  }
}

/** False where the name is taken. */
async function copyAside(path: string, aside: string): Promise<boolean> {
  try {
    await copyFile(path, aside, constants.COPYFILE_EXCL);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  await syncAt(aside);
  return true;
}

async function areSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true })));
  return a !== undefined && a.dev === b?.dev && a.ino === b.ino;
}

async function syncAt(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}
