import type { Signal } from './signal.ts';

/** The one source of time. Tests pass a clock they can turn by hand (`test/help/a-clock.ts`). */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonic(): number;
  /** Calls `run` once after `ms`; the returned function takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** setTimeout keeps its delay in a signed 32-bit integer and fires at once beyond it. */
const longestDelayMs = 2 ** 31 - 1;

/** The clock on the wall. Its timers never keep the process alive by themselves. */
export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    if (ms > longestDelayMs) return afterLong(ms, run);
    const timer = setTimeout(run, Math.max(0, ms));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

function afterLong(ms: number, run: () => void): () => void {
  let cancel = (): void => {};
  const wait = (left: number): void => {
    const now = Math.min(left, longestDelayMs);
    cancel = wallClock.after(now, () => {
      if (left > now) wait(left - now);
      else run();
    });
  };
  wait(ms);
  return () => {
    cancel();
  };
}

/**
 * Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted.
 *
 * @throws the reason of `signal`
 */
export function sleep(clock: Clock, ms: number, signal?: Signal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(asError(signal.reason));
      return;
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      cancel();
      reject(asError(signal?.reason));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The same, where the program must not end meanwhile: the clock's timers alone would let it. */
export async function sleepAwake(clock: Clock, ms: number, signal?: Signal): Promise<void> {
  const { port1 } = new MessageChannel();
  port1.ref();
  try {
    await sleep(clock, ms, signal);
  } finally {
    port1.close();
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
