import type { Parcel } from '../server/workers/channel.ts';
import { runWorker } from '../server/workers/worker.ts';
import { startIsOver } from './start-over.ts';

/** A worker of a serving proxy, which talks to it over the socket that it was started with. */
export async function beWorker(): Promise<void> {
  if (process.send === undefined) {
    process.stderr.write('Workers are started by a proxy that serves; see server.workers.\n');
    process.exit(2);
  }
  // A terminal that is closed is the first process's business.
  process.on('SIGHUP', () => {});
  await runWorker({
    send: (parcel) => void process.send?.(parcel),
    onParcel(take) {
      process.on('message', (parcel: Parcel) => {
        take(parcel);
      });
    },
    onGone: (then) => process.on('disconnect', then),
    onSignal(stop) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) endOn(signal, stop);
    },
    hasBegun: startIsOver,
    giveUp() {
      process.exit(1);
    },
  });
  process.exit(0);
}

/** Ends well on the first one, at once on the second. */
function endOn(signal: NodeJS.Signals, stop: () => void): void {
  let isSecond = false;
  process.on(signal, () => {
    if (isSecond) process.exit(1);
    isSecond = true;
    stop();
  });
}
