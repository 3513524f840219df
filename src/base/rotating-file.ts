import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from './clock.ts';
import { makePrivateFolder } from './files.ts';
import { oldLogPath } from './log-archive.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** The folder is the proxy's own: closed to others, and so is the file in it. */
  readonly isOwnFolder: boolean;
  /** Beyond this size a new one begins (bytes). */
  readonly maxBytes: () => number;
  readonly clock: Clock;
  /** A file was opened: the first, or a new one. */
  readonly onOpened: () => void;
}

/** The file as it is open here. */
interface Current {
  readonly handle: FileHandle;
  readonly dev: number;
  readonly ino: number;
  size: number;
  /** When something was last written (ms since 1970). */
  lastAt: number;
}

const lineEnd = 10;

/** After it could not be renamed, which Windows refuses while others read it (ms). */
const renameRetryMs = 60_000;

/** For a write that is under way when the process ends (ms). */
const lastWaitMs = 200;

/**
 * A file of lines that is renamed when it is too large or its day (UTC) is over, and that others may rename or
 * write to as well.
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #current: Current | undefined;
  /** The size of the file that tells that the write under way is done. */
  #expected: number | undefined;
  /** The last line in it waits for its other half. */
  #isTorn = false;
  #mustReopen = false;
  #noRenameUntil = 0;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /**
   * Appends what the system takes of `bytes`, whole lines unless the disk is full, and says how much that was.
   * What begins in the middle of a line goes on where that line began, or nowhere.
   *
   * @throws the system error
   */
  async append(bytes: Uint8Array): Promise<number> {
    const before = this.#current;
    const current = await this.#ready(bytes.length);
    if (this.#isTorn && current !== before) {
      this.#isTorn = false;
      return bytes.indexOf(lineEnd) + 1 || bytes.length;
    }
    this.#expected = current.size + bytes.length;
    try {
      const { bytesWritten } = await current.handle.write(bytes);
      if (bytesWritten === 0 && bytes.length > 0) throw new Error('the system took nothing');
      current.size += bytesWritten;
      current.lastAt = this.#options.clock.now();
      if (bytesWritten > 0) this.#isTorn = bytes[bytesWritten - 1] !== lineEnd;
      return bytesWritten;
    } finally {
      this.#expected = undefined;
    }
  }

  /** Makes the next lines go to the file that is at its path then. */
  reopen(): void {
    this.#mustReopen = true;
  }

  /**
   * Appends at once, as the process ends. `underWay` was given to {@link append}, which has not returned: it is
   * written again only where it does not show in time.
   *
   * @throws the system error
   */
  finishNow(underWay: Uint8Array, rest: Uint8Array): void {
    const fd = this.#current?.handle.fd;
    const bytes = fd !== undefined && this.#isThere(fd) ? rest : Buffer.concat([underWay, rest]);
    if (bytes.length === 0) return;
    const { path } = this.#options;
    if (fd === undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const to = fd ?? openSync(path, 'a', 0o600);
    let at = 0;
    while (at < bytes.length) at += writeSync(to, bytes, at);
    if (fd === undefined) closeSync(to);
  }

  async close(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    // What was written is written; a disk that is gone has nothing more to say.
    await current?.handle.close().catch(() => undefined);
  }

  #isThere(fd: number): boolean {
    if (this.#expected === undefined) return false;
    for (let waited = 0; fstatSync(fd).size < this.#expected; waited += 1) {
      if (waited >= lastWaitMs) return false;
      Bun.sleepSync(1);
    }
    return true;
  }

  /** The file to append `length` bytes to. */
  async #ready(length: number): Promise<Current> {
    const { path } = this.#options;
    const open = this.#current;
    if (open !== undefined) {
      const there = this.#mustReopen ? undefined : await stat(path).catch(() => undefined);
      if (there?.ino === open.ino && there.dev === open.dev) open.size = there.size;
      else await this.close();
    }
    this.#mustReopen = false;
    this.#current ??= await this.#open();
    if (this.#isOver(this.#current, length)) await this.#startNew(this.#current);
    return (this.#current ??= await this.#open());
  }

  #isOver({ size, lastAt }: Current, length: number): boolean {
    const now = this.#options.clock.now();
    if (size === 0 || this.#isTorn || now < this.#noRenameUntil) return false;
    return size + length > this.#options.maxBytes() || dayOf(lastAt) !== dayOf(now);
  }

  async #startNew({ lastAt }: Current): Promise<void> {
    const { clock } = this.#options;
    await this.close();
    // Another process may have renamed it this very moment.
    const path = await realpath(this.#options.path).catch(() => undefined);
    if (path === undefined) return;
    let free: string | undefined;
    try {
      free = await freePath(path, lastAt);
      await rename(path, free);
    } catch {
      this.#noRenameUntil = clock.now() + renameRetryMs;
      if (free !== undefined) await rm(free, { force: true }).catch(() => undefined);
    }
  }

  async #open(): Promise<Current> {
    const { path, isOwnFolder, clock, onOpened } = this.#options;
    if (isOwnFolder) await makePrivateFolder(dirname(path));
    else await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a+', 0o600);
    try {
      const { dev, ino, size, mode, mtimeMs, isFile } = await about(handle);
      if (!isFile) throw new Error(`${path} is not a file`);
      if (isOwnFolder && (mode & 0o077) !== 0) await handle.chmod(0o600);
      // Left by a process that was killed, or a disk that was full.
      if (await isCut(handle, size)) await handle.write('\n');
      onOpened();
      return { handle, dev, ino, size, lastAt: size === 0 ? clock.now() : mtimeMs };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

async function about(handle: FileHandle) {
  const found = await handle.stat();
  const { dev, ino, size, mode, mtimeMs } = found;
  return { dev, ino, size, mode, mtimeMs, isFile: found.isFile() };
}

/** Whether its last line has no end. One that grows is being written, by another process. */
async function isCut(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== lineEnd && (await handle.stat()).size === size;
}

/**
 * A rename replaces a file that is there: so the name is taken first, and two processes never have the same.
 *
 * @throws the system error
 */
async function freePath(path: string, lastAt: number): Promise<string> {
  for (let at = Math.floor(lastAt); ; at += 1) {
    const free = oldLogPath(path, at);
    try {
      await (await open(free, 'wx', 0o600)).close();
      return free;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function dayOf(ms: number): number {
  return Math.floor(ms / 86_400_000);
}
