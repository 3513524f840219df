import type { Clock } from '../../base/clock.ts';

/** How often a worker is asked for a sign of life (ms). */
const askEveryMs = 5_000;
/** So many looks in a row without an answer, and it hangs: half a minute. */
const mostSilentLooks = 6;

/**
 * Asks for a sign of life again and again, until the returned function is called. A process that hangs keeps its
 * connections, and the system goes on dealing it new ones. What counts is looks, not time: where we ourselves stood
 * still, what it said meanwhile is read before the next one.
 *
 * @param onSilence called once, where no answer comes
 */
export function watchSigns(ask: () => Promise<unknown>, onSilence: () => void, clock: Clock): () => void {
  let silentLooks = 0;
  let isAsked = false;
  let cancel = (): void => {};
  const look = (): void => {
    silentLooks = isAsked ? silentLooks + 1 : 0;
    if (silentLooks === mostSilentLooks) {
      onSilence();
      return;
    }
    if (!isAsked) {
      isAsked = true;
      // Where the question fails, the process is gone, and whoever watches it hears of that.
      const answered = (): void => {
        isAsked = false;
      };
      ask().then(answered, answered);
    }
    cancel = clock.after(askEveryMs, look);
  };
  look();
  return () => {
    cancel();
  };
}
