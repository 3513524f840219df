import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from './hash.ts';
import { Problem } from './problem.ts';
import { product } from './product.ts';

/** Set on folders in which everybody may make files, but nobody remove those of others. */
const sticky = 0o1000;

/**
 * Makes `folder` (and its parents) for its owner alone, whatever the umask says.
 *
 * @throws Problem `folder-shared` where it is one that everybody uses, such as /tmp: closing that would stop
 *   their programs; the system error where it cannot be made
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (((await stat(folder)).mode & sticky) !== 0) throw shared(folder);
  await chmod(folder, 0o700);
}

function shared(folder: string): Problem {
  return new Problem(
    'folder-shared',
    `${folder} is a folder that everybody on this machine uses.`,
    `Give ${product.name} one of its own: set ${product.envPrefix}HOME to a new folder.`,
  );
}

/**
 * Replaces `path` so that a reader, and a machine that loses power, sees either the old file or the
 * new one, whole: temporary file beside it, fsync, rename, fsync of the folder. Mode 0600 from the
 * first byte.
 *
 * @throws the system error (`ENOSPC`, `EACCES`, …); the old file is then untouched
 */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  try {
    const file = await open(temporary, flags, 0o600);
    try {
      await file.writeFile(content);
      await file.chmod(0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * What a file begins with, `limit` bytes or little more: a wrong path to a disk image, or to a device that never
 * ends, fills no memory.
 *
 * @throws the system error
 */
export async function firstBytes(path: string, limit: number): Promise<Uint8Array> {
  return bytesFrom(await open(path, constants.O_RDONLY), limit);
}

/**
 * The same of an ordinary file alone, for a path at which somebody else decides what lies: nobody waits there for who
 * never writes into a pipe.
 *
 * @throws the system error; `EFTYPE` for anything else than a file
 */
export async function firstBytesOfFile(path: string, limit: number): Promise<Uint8Array> {
  // Windows has no such flag, and no such pipes in folders.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await file.stat()).isFile()) return bytesFrom(file, limit);
  await file.close();
  throw Object.assign(new Error('it is not a file'), { code: 'EFTYPE' });
}

async function bytesFrom(file: FileHandle, limit: number): Promise<Uint8Array> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < limit) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(16_384), 0, 16_384, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

/** As {@link writePrivateFile} names what it has not finished. */
const unfinished = /^\.[0-9a-f]{12}\.tmp$/;

/**
 * Removes what processes killed while they wrote into `folder` left there before the moment `before` (ms
 * since 1970). It may hold what the file it was meant for no longer does. Never throws.
 */
export async function removeUnfinished(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => unfinished.test(one))) {
    const path = join(folder, name);
    const since = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (since < before) await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Makes the rename itself durable. Windows has no handle on a folder and does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
