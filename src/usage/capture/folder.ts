import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '../../base/files.ts';
import { Problem } from '../../base/problem.ts';
import { fileIdIn, pathOfFile } from './file-name.ts';

/** A file of captures on the disk. */
export interface FileThere {
  readonly id: string;
  readonly bytes: number;
  /** When it was written last (ms since the epoch). */
  readonly writtenAt: number;
}

/**
 * Every file of captures in the folder, in the order in which they were written. Links are none.
 *
 * @throws Problem capture-refused; the system error
 */
export async function filesIn(folder: string): Promise<FileThere[]> {
  if (!(await isFolder(folder))) return [];
  const files: FileThere[] = [];
  for (const name of await readdir(folder)) {
    const id = fileIdIn(name);
    const found = id === undefined ? undefined : await lstat(join(folder, name)).catch(() => undefined);
    if (id !== undefined && found?.isFile() === true)
      files.push({ id, bytes: found.size, writtenAt: found.mtimeMs });
  }
  return files.toSorted((a, b) => a.writtenAt - b.writtenAt || a.id.localeCompare(b.id));
}

/** Makes the folder, for its owner alone. @throws Problem capture-refused; the system error */
export async function makeFolder(folder: string): Promise<void> {
  await isFolder(folder);
  await makePrivateFolder(folder);
}

export async function removeFile(folder: string, id: string): Promise<void> {
  await rm(pathOfFile(folder, id), { force: true });
}

/** Through a link, prompts would go where whoever made it wants them. */
async function isFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  throw new Problem(
    'capture-refused',
    `${folder} is ${found.isSymbolicLink() ? 'a link' : 'no folder'}: nothing is kept there, and nothing read.`,
    'Remove it, or put a folder in its place.',
  );
}
