import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Spend } from '../usage/budgets/spend.ts';
import type { Stores } from './stores.ts';

/** What of the stores is needed here. */
export interface Watched {
  readonly database: Pick<Stores['database'], 'changedElsewhere' | 'isInPlace'>;
  readonly vault: Pick<Stores['vault'], 'stamp'>;
  readonly accounts: Pick<Stores['accounts'], 'reload'>;
  readonly keys: Pick<Stores['keys'], 'reload'>;
  readonly spend: Pick<Spend, 'reload'>;
}

/** How soon a change by another process is noticed (ms). */
const lookMs = 500;

/**
 * Takes over what other processes change in the home directory: a command that ran while the proxy was
 * starting, or a second proxy. Returns the way to stop.
 */
export function watchOthers(
  { database, vault, accounts, keys, spend }: Watched,
  clock: Clock,
  log: Log,
): () => void {
  let isStopped = false;
  let isFailing = false;
  let isLost = false;
  let cancel = (): void => {};
  let stamp: string | undefined;
  /** Tokens that another process has refreshed are in the vault alone. */
  const hasNewSecrets = async (): Promise<boolean> => {
    // A vault that cannot be read now is told of by whoever needs a secret.
    const before = stamp;
    stamp = await vault.stamp().catch(() => before);
    // The first look finds what came between the opening of the stores and now.
    return stamp !== before;
  };
  const lookForFile = async (): Promise<void> => {
    if (isLost || (await database.isInPlace())) return;
    isLost = true;
    log.error('the database file was deleted or replaced; what is written now is lost when the proxy stops');
  };
  const look = async (): Promise<void> => {
    await lookForFile();
    try {
      const hasChanged = await database.changedElsewhere();
      // What could not be read is not asked for a second time: after a failure everything is read.
      if ((await hasNewSecrets()) || hasChanged || isFailing) {
        await accounts.reload();
        await keys.reload();
      }
      if (hasChanged) await spend.reload();
      if (isFailing) log.info('changes of other processes are read again');
      isFailing = false;
    } catch (error) {
      // A database may be away for hours; told once.
      if (!isFailing) log.warn('changes of other processes not read', { reason: messageOf(error) });
      isFailing = true;
    }
    if (!isStopped) wait();
  };
  const wait = (): void => {
    cancel = clock.after(lookMs, () => void look());
  };
  wait();
  return () => {
    isStopped = true;
    cancel();
  };
}
