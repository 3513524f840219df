import { chmod, chown, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Owner } from '../base/path-owners.ts';
import { Problem } from '../base/problem.ts';
import { sizeText } from '../base/size-words.ts';
import { type Manner, withLock } from '../credentials/lock.ts';
import { asOwner } from './as-owner.ts';
import type { Asking } from './asking.ts';
import { chooseAsset, type Choice } from './assets.ts';
import { copyDatabase } from './database-copy.ts';
import { download, type Progress } from './download.ts';
import { remember } from './memory.ts';
import type { Release } from './release.ts';
import { requireRoom, roomProblem } from './room.ts';
import { besideOf, previousOf, realFiles, swapIn, type Files } from './swap.ts';
import { tryProgram } from './trial.ts';
import { unpack } from './unpack.ts';

/** Where the program is, and what belongs to it. */
export interface Here {
  /** The file that is replaced, links followed. */
  readonly binary: string;
  /** The version that runs from it. */
  readonly current: string;
  /** Whether the file is still the one that runs. */
  readonly isUnchanged: () => Promise<boolean>;
  readonly home: string;
  /** Whose home directory that is, where root works for somebody else. */
  readonly owner?: Owner | undefined;
  /** Undefined where it is on a server, which has copies of its own. */
  readonly database: string | undefined;
  readonly backups: string;
  /** `update.json`. */
  readonly memory: string;
  /** The settings file; undefined where there is none. */
  readonly config: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What has just been done, in this order. */
export type Step = 'locked' | 'downloaded' | 'unpacked' | 'copied' | 'tried' | 'noted' | 'swapped';

export interface ReplaceOptions {
  readonly release: Release;
  readonly feed: URL;
  readonly targets: readonly string[];
  readonly asking: Asking;
  readonly onStep?: (step: Step) => void | Promise<void>;
  readonly onProgress?: Progress | undefined;
  readonly files?: Files;
}

/**
 * Replaces the program by that of `release`: loaded, held against its hash, tried on a copy of the database, and only
 * then put in its place. Until the last step nothing of what runs here is touched, and that one is a rename.
 *
 * @returns the copy of the database from before; null where there is none
 * @throws Problem update-no-asset, update-unreachable, update-hash-wrong, update-no-room, update-not-allowed,
 *   update-trial-failed, update-busy, update-overtaken, …; the program is then what it was
 */
export async function replaceProgram(here: Here, options: ReplaceOptions): Promise<string | null> {
  const choice = chooseAsset(options.release, options.targets);
  const work = async (): Promise<string | null> => {
    if (!(await here.isUnchanged())) throw overtaken();
    await options.onStep?.('locked');
    return replaceLocked(here, choice, options);
  };
  return underLock(here.binary, options.asking.clock, work);
}

/**
 * Does `work` while no other update of the program at `binary` does its own.
 *
 * @throws Problem update-busy, update-not-allowed; what `work` throws
 */
export async function underLock<T>(binary: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  let began = false;
  try {
    return await withLock(
      besideOf(binary, 'update').replace(/\.exe$/i, ''),
      clock,
      async () => {
        began = true;
        return work();
      },
      manner,
    );
  } catch (error) {
    throw began ? error : roomProblem(error, dirname(binary));
  }
}

const manner: Manner = {
  expiryMs: 60_000,
  renewMs: 15_000,
  patienceMs: 1_000,
  pauseMs: 100,
  busy: (who, file) =>
    new Problem(
      'update-busy',
      `${who} is updating this program now.`,
      `Wait until it has ended, and look again. If that is no update, remove ${file}.`,
    ),
};

async function replaceLocked(here: Here, choice: Choice, options: ReplaceOptions): Promise<string | null> {
  const { binary, current, memory } = here;
  const { release, asking, onStep, files = realFiles } = options;
  const folder = dirname(binary);
  const load = besideOf(binary, `load-${choice.download.sha256.slice(0, 16)}`);
  const fresh = besideOf(binary, 'new');
  await requireRoom(folder, choice.download.size + choice.binary.size);
  await download(
    new URL(choice.download.name, options.feed),
    choice.download,
    load,
    asking,
    options.onProgress,
  );
  await onStep?.('downloaded');
  try {
    await unpack(load, choice.packing, fresh, choice.binary);
    await likeThatOf(binary, fresh);
    await onStep?.('unpacked');
    const databaseCopy = await copyOf(here);
    await onStep?.('copied');
    await requireSound(here, release, fresh, databaseCopy);
    await onStep?.('tried');
    const { version: to } = release;
    const previous = previousOf(binary);
    const last = { from: current, to, at: asking.clock.now(), binary, previous, databaseCopy };
    await asOwner(here.owner, () => remember(memory, { last })).catch((error: unknown) => {
      throw roomProblem(error, here.home);
    });
    await onStep?.('noted');
    await swapIn(fresh, binary, files).catch((error: unknown) => {
      throw roomProblem(error, folder);
    });
    await rm(load, { force: true });
    await onStep?.('swapped');
    return databaseCopy;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function copyOf({ database, backups, current, owner }: Here): Promise<string | null> {
  return database === undefined ? null : asOwner(owner, () => copyDatabase(database, backups, current));
}

async function requireSound(
  { home, owner, config, env }: Here,
  { version, commit }: Release,
  program: string,
  databaseCopy: string | null,
): Promise<void> {
  const trial = { program, version, commit, home, owner, databaseCopy, config, env };
  const failure = await tryProgram(trial).catch((error: unknown) => {
    throw roomProblem(error, home);
  });
  if (failure === undefined) return;
  const title = `Version ${version} was loaded and does not work here: ${failure.reason}.`;
  throw new Problem(
    'update-trial-failed',
    title,
    'Nothing was changed; the version that runs stays. Please report it.',
  );
}

/** The new file is run by whoever runs the old one. */
async function likeThatOf(binary: string, fresh: string): Promise<void> {
  const { mode, uid, gid } = await stat(binary);
  await chmod(fresh, mode & 0o777);
  if (process.getuid?.() === 0) await chown(fresh, uid, gid);
}

function overtaken(): Problem {
  const fix = 'Look at what runs now: `--version` of the program says it.';
  return new Problem('update-overtaken', 'Another update has replaced this program meanwhile.', fix);
}

/** For people: `claude-code-proxy-linux-amd64.zst (41.2 MiB)`. */
export function downloadWords(release: Release, targets: readonly string[]): string {
  const { download: file } = chooseAsset(release, targets);
  return `${basename(file.name)} (${sizeText(file.size)})`;
}
