import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export interface LateWriterOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What is written, in a line of the log: `headroom`. */
  readonly what: string;
  /** How long a change waits for others to be written with (ms). */
  readonly afterMs: number;
  /** Writes what has changed since it was last called. May throw; what is lost by that is told in memory anyway. */
  readonly write: () => Promise<void>;
}

/** Writes changes a little later than they come, several at once, off the way of any call. */
export class LateWriter {
  readonly #options: LateWriterOptions;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: LateWriterOptions) {
    this.#options = options;
  }

  /** Something has changed. */
  soon(): void {
    this.#cancel ??= this.#options.clock.after(this.#options.afterMs, () => {
      void this.flush();
    });
  }

  /** Resolves when what changed so far is written, or could not be. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { log, what, write } = this.#options;
    try {
      await write();
      if (this.#isFailing) log.info(`${what} can be written again`);
      this.#isFailing = false;
    } catch (error) {
      // Once is enough while it goes on: a disk that is full stays so for a while.
      if (!this.#isFailing) log.warn(`${what} cannot be written`, { reason: messageOf(error) });
      this.#isFailing = true;
    }
  }
}
