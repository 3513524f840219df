import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { asOwner } from './as-owner.ts';
import { copyDatabase } from './database-copy.ts';
import { prepareRestore, putBack, takeBack } from './database-restore.ts';
import { recall } from './memory.ts';
import { underLock, type Here } from './replace.ts';
import { roomProblem } from './room.ts';
import { previousOf, realFiles, swapBack, type Files } from './swap.ts';
import { saidVersion, tryProgram } from './trial.ts';

export interface RollBackOptions {
  readonly clock: Clock;
  /** The copy of the database from before the update takes the place of the one that is there. */
  readonly withDatabase: boolean;
  readonly files?: Files;
  readonly onStep?: (step: BackStep) => void | Promise<void>;
}

/** What has just been done, in this order; what is between the first and the last only with the database. */
export type BackStep = 'tried' | 'prepared' | 'restored' | 'swapped';

/** What going back did. */
export interface RolledBack {
  readonly to: string;
  /** Where the database that was replaced is now; null where it stayed. */
  readonly databaseAside: string | null;
}

/**
 * Puts the program from before the last update back in its place, once it has shown that it works with the database
 * as it is now: migrations only add, so it should. Nobody may have the database open where that is put back too. That
 * is done first: the newer program works with an older database, and not the other way round.
 *
 * @throws Problem update-no-previous, update-rollback-failed, update-rollback-database, update-rollback-running,
 *   update-busy, update-no-room, update-not-allowed; the program and the database are then what they were
 */
export async function rollBack(here: Here, options: RollBackOptions): Promise<RolledBack> {
  const { binary, memory, owner } = here;
  const previous = previousOf(binary);
  const isThere = await stat(previous).then(
    () => true,
    () => false,
  );
  if (!isThere) throw noPrevious(previous);
  return underLock(binary, options.clock, async () => {
    const { last } = await asOwner(owner, () => recall(memory));
    const isLast = last !== undefined && last.binary === binary && last.to === here.current;
    const copy = isLast ? last.databaseCopy : null;
    const to = isLast ? last.from : await saidVersion(previous, here.env);
    if (to === undefined) throw failed('a program', `${previous} does not start`);
    if (options.withDatabase && copy === null) throw noCopy();
    await requireSound(here, to, options.withDatabase ? copy : await currentCopy(here));
    await options.onStep?.('tried');
    const restored = options.withDatabase && copy !== null ? await restore(here, copy, options) : undefined;
    try {
      await swapBack(binary, options.files ?? realFiles);
    } catch (error) {
      await restored?.undo();
      throw roomProblem(error, binary);
    }
    await options.onStep?.('swapped');
    return { to, databaseAside: restored?.aside ?? null };
  });
}

/** Puts the copy in the place of the database. */
async function restore(
  { database: path, owner }: Here,
  copy: string,
  { onStep }: RollBackOptions,
): Promise<{ readonly aside: string; readonly undo: () => Promise<void> } | undefined> {
  if (path === undefined) return undefined;
  await asOwner(owner, () => prepareRestore(copy, path));
  await onStep?.('prepared');
  const aside = await asOwner(owner, () => putBack(path)).catch((error: unknown) => {
    throw roomProblem(error, path);
  });
  await onStep?.('restored');
  return { aside, undo: () => asOwner(owner, () => takeBack(path, aside)) };
}

/** Of the version that is left behind: whoever goes back may want to come forward again. */
async function currentCopy({ database, backups, current, owner }: Here): Promise<string | null> {
  return database === undefined ? null : asOwner(owner, () => copyDatabase(database, backups, current));
}

async function requireSound(here: Here, to: string, databaseCopy: string | null): Promise<void> {
  const { home, owner, config, env, binary } = here;
  const trial = { program: previousOf(binary), version: to, home, owner, databaseCopy, config, env };
  const failure = await tryProgram(trial);
  if (failure === undefined) return;
  if (failure.code !== 'database-newer') throw failed(`version ${to}`, failure.reason);
  throw new Problem(
    'update-rollback-database',
    `Version ${to} cannot work with the database as version ${here.current} has left it.`,
    'Nothing was changed. Stop the proxy, and `update --rollback --database` puts the database from before the update back as well; the calls since then are then not in it.',
  );
}

function noPrevious(previous: string): Problem {
  const fix =
    'Only the version before the last update is kept. Any other can be downloaded and put in its place.';
  return new Problem(
    'update-no-previous',
    `There is no version to go back to: ${previous} is not there.`,
    fix,
  );
}

function noCopy(): Problem {
  const fix = 'Go back without `--database`; the database then stays as it is.';
  return new Problem('update-no-copy', 'There is no copy of the database from before the last update.', fix);
}

function failed(what: string, reason: string): Problem {
  const title = `Going back to ${what} would not work: ${reason}.`;
  return new Problem('update-rollback-failed', title, 'Nothing was changed; the version that runs stays.');
}
