import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sleepAwake, wallClock } from '../base/clock.ts';

/** What changing files in a folder needs of the system; a test hands in one that refuses what Windows refuses. */
export interface Files {
  readonly platform: NodeJS.Platform;
  exists(path: string): Promise<boolean>;
  /** Another name for the same file. */
  link(path: string, other: string): Promise<void>;
  copy(path: string, other: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Not an error where there is none. */
  remove(path: string): Promise<void>;
  /** Resolves when the names in `folder` are on the disk. */
  sync(folder: string): Promise<void>;
}

/** The files of this machine. */
export const realFiles: Files = {
  platform: process.platform,
  exists: async (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  link,
  copy: async (path, other) => {
    await copyFile(path, other, constants.COPYFILE_FICLONE);
    await syncAt(other);
  },
  rename: process.platform === 'win32' ? renamePatiently : rename,
  remove: async (path) => rm(path, { force: true }),
  sync: async (folder) => {
    // Windows has no handle on a folder, and does it by itself.
    if (process.platform !== 'win32') await syncAt(folder);
  },
};

/** What has just been run is looked at by virus scanners, and can be renamed once they are done. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isHeld =
        error instanceof Error && 'code' in error && /^(?:EPERM|EACCES|EBUSY)$/.test(String(error.code));
      if (!isHeld || tries >= 20) throw error;
      await sleepAwake(wallClock, 250);
    }
  }
}

async function syncAt(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The program as it was before the last update. */
export function previousOf(binary: string): string {
  return `${binary}.previous`;
}

/** A name beside `binary` that `leftovers.ts` knows as ours: `.claude-code-proxy.KIND`. */
export function besideOf(binary: string, kind: string): string {
  const ending = /\.exe$/i.exec(binary)?.[0] ?? '';
  const name = basename(binary).slice(0, ending === '' ? undefined : -ending.length);
  // Windows starts nothing that is called otherwise.
  return join(dirname(binary), `.${name}.${kind}${ending}`);
}

/**
 * Puts `fresh` in the place of `binary` and keeps what was there as {@link previousOf}. At every moment a start
 * finds the one or the other, whole; on Windows, where a running program can be renamed and not replaced, there is
 * none for the moment between two renames.
 *
 * @throws the system error; `binary` is then what it was
 */
export async function swapIn(fresh: string, binary: string, files: Files = realFiles): Promise<void> {
  const previous = previousOf(binary);
  const keeping = besideOf(binary, 'keeping');
  await files.remove(keeping);
  await files.link(binary, keeping).catch(async () => {
    // Some disks know no second name for a file.
    await files.copy(binary, keeping);
  });
  if (files.platform === 'win32') await makeWay(previous, binary, files);
  await files.rename(keeping, previous);
  await replace(fresh, binary, files);
}

/**
 * Puts the previous program back in the place of `binary`.
 *
 * @throws the system error; `binary` is then what it was
 */
export async function swapBack(binary: string, files: Files = realFiles): Promise<void> {
  await replace(previousOf(binary), binary, files);
}

async function replace(fresh: string, binary: string, files: Files): Promise<void> {
  if (files.platform !== 'win32') {
    await files.rename(fresh, binary);
    await files.sync(dirname(binary));
    return;
  }
  const old = await awayName(binary, files);
  await files.rename(binary, old);
  try {
    await files.rename(fresh, binary);
  } catch (error) {
    await files.rename(old, binary);
    throw error;
  }
}

/** Takes `path` out of the way: a program that runs can be renamed on Windows, and not removed. */
async function makeWay(path: string, binary: string, files: Files): Promise<void> {
  try {
    await files.remove(path);
  } catch {
    await files.rename(path, await awayName(binary, files));
  }
}

/** The first name that is free for a file that goes once nothing runs from it. */
async function awayName(binary: string, files: Files): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = besideOf(binary, `old-${number}`);
    if (!(await files.exists(path))) return path;
  }
}
