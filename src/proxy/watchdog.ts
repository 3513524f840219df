import type { Clock } from '../base/clock.ts';
import type { ByteSink, ByteSource } from '../http/bytes.ts';

/**
 * The same source, failed after `idleMs` without a byte. Only silence of the upstream counts: while the
 * reader holds the flow back, time does not run.
 */
export function watched(source: ByteSource, idleMs: number, clock: Clock): ByteSource {
  let lastAt = clock.monotonic();
  let isPaused = false;
  let isOver = false;
  let cancelTimer = (): void => {};
  let sink: ByteSink | undefined;
  const finish = (): boolean => {
    if (isOver) return false;
    isOver = true;
    cancelTimer();
    return true;
  };
  const arm = (ms: number): void => {
    cancelTimer = clock.after(ms, () => {
      const silentMs = isPaused ? 0 : clock.monotonic() - lastAt;
      if (silentMs < idleMs) arm(idleMs - silentMs);
      else if (finish()) {
        source.cancel();
        sink?.fail(new Error(`no byte from the upstream for ${idleMs} ms`));
      }
    });
  };
  return {
    start(to) {
      sink = to;
      lastAt = clock.monotonic();
      arm(idleMs);
      source.start({
        chunk(bytes) {
          lastAt = clock.monotonic();
          if (!isOver) to.chunk(bytes);
        },
        end() {
          if (finish()) to.end();
        },
        fail(error) {
          if (finish()) to.fail(error);
        },
      });
    },
    pause() {
      isPaused = true;
      source.pause();
    },
    resume() {
      isPaused = false;
      lastAt = clock.monotonic();
      source.resume();
    },
    cancel() {
      if (finish()) source.cancel();
    },
  };
}
