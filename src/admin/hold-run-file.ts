import type { Clock } from '../base/clock.ts';
import type { Sender } from '../wire/sender.ts';
import { readRunFile, removeRunFile, standsAt, writeRunFile, type RunningProxy } from './run-file.ts';

/** How often a second proxy on one home directory looks whether the first one is gone (ms). */
const takeOverMs = 5_000;

export interface HoldOptions {
  readonly sender: Sender;
  readonly clock: Clock;
  /** The proxy that stands there now is leaving for this one. */
  readonly succeeds?: boolean;
}

/**
 * Stands in `run.json` as long as this process runs. Where another proxy of this home directory stands
 * there and proves to be alive, it stays, since commands act through one of them; this one takes over when
 * that is gone.
 *
 * @returns ends that, and removes the file if it is ours
 * @throws the system error where the file cannot be written now; later ones are tried again
 */
export async function holdRunFile(
  path: string,
  running: RunningProxy,
  { sender, clock, succeeds = false }: HoldOptions,
): Promise<() => Promise<void>> {
  let isOver = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    if (await standsAt(path, running)) return;
    if ((await readRunFile(path)) !== undefined && (await provesAlive(path, sender))) return;
    if (!isOver) await writeRunFile(path, running);
  };
  const lookLater = (): void => {
    if (isOver) return;
    cancel = clock.after(takeOverMs, () => {
      // A disk that is full now leaves this proxy out of reach for commands, and serving all the same.
      void look()
        .catch(() => undefined)
        .then(lookLater);
    });
  };
  await (succeeds ? writeRunFile(path, running) : look());
  lookLater();
  return async () => {
    isOver = true;
    cancel();
    if (await standsAt(path, running)) await removeRunFile(path);
  };
}

/** Rare: only where another proxy stands there, or one that has crashed. */
async function provesAlive(path: string, sender: Sender): Promise<boolean> {
  const { findRunning } = await import('./remote.ts');
  return (await findRunning(path, sender)) !== undefined;
}
