import type { Clock } from './clock.ts';

/** Lines wait this long for company (ms): a busy proxy then writes ten times a second, not a thousand. */
const waitMs = 100;
/** More than this is written at once (characters). */
const most = 32 * 1024;

/** Gathers lines and writes several at a time. */
export interface LineWriter {
  write(line: string): void;
  /** Writes what waits, now: before the process ends. */
  flush(): void;
}

export function lineWriter(write: (text: string) => void, clock: Clock): LineWriter {
  let waiting = '';
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    write(line) {
      waiting += line;
      if (waiting.length >= most) flush();
      else cancel ??= clock.after(waitMs, flush);
    },
    flush,
  };
}
