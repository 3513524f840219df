import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Stores } from './stores.ts';

/** How soon a change by another process is noticed (ms). */
const lookMs = 500;

/**
 * Takes over what other processes change in the home directory: a command that ran while the proxy was
 * starting, or a second proxy. Returns the way to stop.
 */
export function watchOthers({ database, accounts, keys }: Stores, clock: Clock, log: Log): () => void {
  let isStopped = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    try {
      if (await database.changedElsewhere()) {
        await accounts.reload();
        await keys.reload();
      }
    } catch (error) {
      log.warn('changes of other processes not read', { reason: messageOf(error) });
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
