import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { type Clock, sleep } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';

/** A lock older than this was left by a process that can no longer be asked. Holding takes milliseconds. */
const expiryMs = 30_000;
/** Whoever waits, waits longer than a lock can live. */
const patienceMs = 45_000;
const pauseMs = 15;
/** An owner writes its name into its file at once; a file without one is that of a process that died then. */
const namelessExpiryMs = 2_000;
/** Every lock file has this size, so that writing into it again is one write that never shortens it. */
const contentBytes = 512;

/** Tells this process from an earlier one that had the same process id, as in a restarted container. */
const instance = randomUUID();

/** What the owner writes into its lock file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly instance: string;
  readonly until: number;
  readonly released: boolean;
}

/** A lock that is held. */
export interface Held {
  /** Whether it still is: a process that slept for long may have lost it. */
  isCurrent(): Promise<boolean>;
}

/**
 * Does `work` while no other process does its own under the lock at `path`.
 *
 * A lock is a file `path-N`, made exclusively; the highest N counts. To take the lock is to make N + 1 once
 * N is released, expired or its owner dead. No file is ever taken over or renamed, so two processes that
 * both find N abandoned cannot both get N + 1; and as the highest file is never removed, a process that
 * read the folder long ago finds, looking again after it made its file, that a higher one is there.
 *
 * @throws Problem `vault-busy` when another process holds it for too long; else what `work` throws
 */
export async function withLock<T>(path: string, clock: Clock, work: (held: Held) => Promise<T>): Promise<T> {
  const number = await acquire(path, clock);
  try {
    return await work({ isCurrent: async () => (await numbersOf(path)).at(-1) === number });
  } finally {
    await release(fileOf(path, number), clock);
  }
}

/** A lock that cannot be released expires by itself; one that somebody took over is no longer ours. */
async function release(mine: string, clock: Clock): Promise<void> {
  try {
    const file = await open(mine, 'r+');
    try {
      await file.write(contentOf(clock, true), 0);
    } finally {
      await file.close();
    }
  } catch {
    // See above.
  }
}

async function acquire(path: string, clock: Clock): Promise<number> {
  const givingUpAt = clock.monotonic() + patienceMs;
  for (;;) {
    const highest = (await numbersOf(path)).at(-1) ?? 0;
    const owner = highest === 0 ? undefined : await ownerOf(fileOf(path, highest));
    if (highest === 0 || isFree(owner, clock.now())) {
      if (await claim(path, highest + 1, clock)) return highest + 1;
    } else if (clock.monotonic() >= givingUpAt) throw busy(path, owner);
    else await pause(clock);
  }
}

/**
 * Makes the file `path-number`; false when somebody else was quicker, be it with this number or, while this
 * process was not looking, with a higher one.
 */
export async function claim(path: string, number: number, clock: Clock): Promise<boolean> {
  const mine = fileOf(path, number);
  try {
    const file = await open(mine, 'wx', 0o600);
    try {
      await file.write(contentOf(clock, false), 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  const numbers = await numbersOf(path);
  if (numbers.at(-1) !== number) {
    await rm(mine, { force: true });
    return false;
  }
  for (const older of numbers.slice(0, -1)) await rm(fileOf(path, older), { force: true });
  return true;
}

async function numbersOf(path: string): Promise<number[]> {
  const beginning = `${basename(path)}-`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(beginning) && /^\d{1,15}$/.test(name.slice(beginning.length)))
    .map((name) => Number(name.slice(beginning.length)))
    .toSorted((a, b) => a - b);
}

/** Undefined where the file is gone already: then a newer one is there. */
async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(file, 'utf8'), await stat(file)];
    return readOwner(text) ?? unknownOwner(mtimeMs);
  } catch {
    return undefined;
  }
}

function unknownOwner(mtimeMs: number): Owner {
  return { pid: 0, host: '', instance: '', until: mtimeMs + namelessExpiryMs, released: false };
}

function readOwner(text: string): Owner | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { pid, host, instance, until, released }: Partial<Record<keyof Owner, unknown>> = read;
  if (typeof pid !== 'number' || typeof until !== 'number') return undefined;
  if (typeof host !== 'string' || typeof instance !== 'string') return undefined;
  return { pid, host, instance, until, released: released === true };
}

function contentOf(clock: Clock, released: boolean): string {
  const until = clock.now() + expiryMs;
  const owner: Owner = { pid: process.pid, host: hostname(), instance, until, released };
  return JSON.stringify(owner).padEnd(contentBytes);
}

function isFree(owner: Owner | undefined, now: number): boolean {
  if (owner === undefined) return false;
  if (owner.released || now > owner.until) return true;
  // A process id means something only on the machine, and in the container, it comes from.
  if (owner.host !== hostname() || owner.pid === 0) return false;
  if (owner.pid === process.pid) return owner.instance !== instance;
  return !isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The clock's timers let a process end; one that waits to store a secret must not. */
async function pause(clock: Clock): Promise<void> {
  const { port1 } = new MessageChannel();
  port1.ref();
  try {
    await sleep(clock, pauseMs);
  } finally {
    port1.close();
  }
}

function fileOf(path: string, number: number): string {
  return join(dirname(path), `${basename(path)}-${number}`);
}

function busy(path: string, owner: Owner | undefined): Problem {
  const who =
    owner === undefined || owner.pid === 0 ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new Problem(
    'vault-busy',
    `${who} has kept the vault locked for ${patienceMs / 1000} seconds.`,
    `End that process and try again. If there is none, remove the files ${path}-*.`,
  );
}
