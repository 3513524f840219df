import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Clock, sleepAwake } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';

/** How a lock is held and waited for. */
export interface Manner {
  /** A lock older than this was left by a process that can no longer be asked (ms). */
  readonly expiryMs: number;
  /**
   * How often the holder puts that moment off (ms), for work of unknown length. A lock of this manner that has
   * expired is watched for three such times before somebody else takes it: where a machine has slept, every
   * lock has expired, and its holder is about to say that it is still there. Left out, never.
   */
  readonly renewMs?: number;
  /** Whoever waits gives up after this (ms), but not while a lock that has expired is watched: nobody may hold that one. */
  readonly patienceMs: number;
  readonly pauseMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** What to say when somebody has given up; `file` is what holds them up. */
  readonly busy: (who: string, file: string) => Problem;
}

/** For the vault: holding takes milliseconds, and whoever waits, waits longer than a lock can live. */
function vaultManner(path: string): Manner {
  const patienceMs = 45_000;
  return {
    expiryMs: 30_000,
    patienceMs,
    pauseMs: 15,
    busy: (who) =>
      new Problem(
        'vault-busy',
        `${who} has kept the vault locked for ${patienceMs / 1000} seconds.`,
        `End that process and try again. If there is none, remove the files ${path}-*.`,
      ),
  };
}

/** An owner writes its name into its file at once; a file without one is that of a process that died then. */
const namelessExpiryMs = 2_000;
/** Every lock file has this size, so that writing into it again is one write that never shortens it. */
const contentBytes = 512;

/** Tells this process from an earlier one that had the same process id, as in a restarted container. */
const instance = crypto.randomUUID();

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
 * @throws Problem `vault-busy`, or what `manner` says, when another process holds it for too long; the reason
 *   of its signal; else what `work` throws
 */
export async function withLock<T>(
  path: string,
  clock: Clock,
  work: (held: Held) => Promise<T>,
  manner: Manner = vaultManner(path),
): Promise<T> {
  const number = await acquire(path, clock, manner);
  const mine = fileOf(path, number);
  const stopRenewing = renewing(mine, clock, manner);
  try {
    return await work({ isCurrent: async () => (await numbersOf(path)).at(-1) === number });
  } finally {
    await stopRenewing();
    await rewrite(mine, contentOf(clock, manner, true));
  }
}

/** Puts the lock's expiry off again and again; the returned function ends that. */
function renewing(mine: string, clock: Clock, manner: Manner): () => Promise<void> {
  const { renewMs } = manner;
  let isOver = renewMs === undefined;
  let cancel = (): void => {};
  let writing = Promise.resolve();
  const renew = async (): Promise<void> => {
    await rewrite(mine, contentOf(clock, manner, false));
    wait();
  };
  const wait = (): void => {
    if (isOver || renewMs === undefined) return;
    cancel = clock.after(renewMs, () => {
      writing = renew();
    });
  };
  wait();
  return () => {
    isOver = true;
    cancel();
    return writing;
  };
}

/** A lock that cannot be released expires by itself; one that somebody took over is no longer ours. */
async function rewrite(mine: string, content: string): Promise<void> {
  try {
    const file = await open(mine, 'r+');
    try {
      await file.write(content, 0);
    } finally {
      await file.close();
    }
  } catch {
    // See above.
  }
}

async function acquire(path: string, clock: Clock, manner: Manner): Promise<number> {
  const givingUpAt = clock.monotonic() + manner.patienceMs;
  const watch = new ExpiryWatch(clock, 3 * (manner.renewMs ?? 0));
  for (;;) {
    manner.signal?.throwIfAborted();
    const highest = (await numbersOf(path)).at(-1) ?? 0;
    const owner = highest === 0 ? undefined : await ownerOf(fileOf(path, highest));
    if (highest === 0 || (owner !== undefined && (isGivenUp(owner) || watch.isOver(owner)))) {
      if (await claim(path, highest + 1, clock, manner)) return highest + 1;
    } else if (clock.monotonic() >= givingUpAt && !watch.isOn)
      throw manner.busy(nameOf(owner), fileOf(path, highest));
    else await sleepAwake(clock, manner.pauseMs, manner.signal);
  }
}

/** Finds out whether a lock that has expired stays so: its holder may be about to renew it. */
class ExpiryWatch {
  readonly #clock: Clock;
  readonly #ms: number;
  #seen: { readonly instance: string; readonly until: number; readonly at: number } | undefined;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Whether the lock that was seen last has expired. */
  get isOn(): boolean {
    return this.#seen !== undefined;
  }

  isOver({ instance, until }: Owner): boolean {
    if (this.#clock.now() <= until) {
      this.#seen = undefined;
      return false;
    }
    const now = this.#clock.monotonic();
    if (this.#seen?.instance !== instance || this.#seen.until !== until)
      this.#seen = { instance, until, at: now };
    return now - this.#seen.at >= this.#ms;
  }
}

/**
 * Makes the file `path-number`; false when somebody else was quicker, be it with this number or, while this
 * process was not looking, with a higher one.
 */
export async function claim(
  path: string,
  number: number,
  clock: Clock,
  manner: Manner = vaultManner(path),
): Promise<boolean> {
  const mine = fileOf(path, number);
  try {
    const file = await open(mine, 'wx', 0o600);
    try {
      await file.write(contentOf(clock, manner, false), 0);
    } catch (error) {
      // On a full disk: nobody is to wait for a file without a name in it.
      await rm(mine, { force: true });
      throw error;
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

function contentOf(clock: Clock, { expiryMs }: Manner, released: boolean): string {
  const until = clock.now() + expiryMs;
  const owner: Owner = { pid: process.pid, host: hostname(), instance, until, released };
  return JSON.stringify(owner).padEnd(contentBytes);
}

/** Whether nobody holds it any more, whatever its expiry says. */
function isGivenUp(owner: Owner): boolean {
  if (owner.released) return true;
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

function fileOf(path: string, number: number): string {
  return join(dirname(path), `${basename(path)}-${number}`);
}

function nameOf(owner: Owner | undefined): string {
  if (owner === undefined || owner.pid === 0) return 'Another process';
  return `Process ${owner.pid} on ${owner.host}`;
}
