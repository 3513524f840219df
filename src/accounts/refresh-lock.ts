import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makePrivateFolder } from '../base/files.ts';
import { Problem } from '../base/problem.ts';
import { type Held, type Manner, withLock } from '../credentials/lock.ts';

/** Nobody renews its lock for so long who still does anything (ms). */
const expiryMs = 60_000;
const renewMs = 5_000;
/** Longer than a sound provider takes, and than it takes to find out that a holder is gone (ms). */
const patienceMs = 90_000;
/** Whoever holds it waits for a network. */
const pauseMs = 50;

/**
 * Does `work`, an exchange with a provider about the account `id`, while no other process does its own. Unlike
 * the vault's, this lock is held over a network, and for as long as the work takes.
 *
 * @throws Problem `refresh-busy`; the reason of `signal`, which ends the waiting alone; a system error of `folder`
 */
export async function withRefreshLock<T>(
  folder: string,
  id: string,
  clock: Clock,
  signal: AbortSignal,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  await makePrivateFolder(folder);
  const manner: Manner = { expiryMs, renewMs, patienceMs, pauseMs, signal, busy };
  return withLock(join(folder, `refresh-${id}`), clock, work, manner);
}

function busy(who: string): Problem {
  return new Problem(
    'refresh-busy',
    `${who} has been refreshing this account for ${patienceMs / 1000} seconds.`,
    'Look whether it still answers; it is tried again.',
  );
}
