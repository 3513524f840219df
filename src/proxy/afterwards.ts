import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/**
 * What is left to do for calls whose clients have everything: writing them down. Where many calls end in one turn of
 * the event loop, that is done for all of them at once behind the turn: nobody waits for it who is still to be
 * served, and code that the processor has at hand runs in a fraction of the time.
 */
export class Afterwards {
  readonly #plan: (work: () => void) => void;
  readonly #log: Log;
  #waiting: (() => void)[] = [];

  /** `plan` runs work behind the present turn (`setImmediate`). */
  constructor(plan: (work: () => void) => void, log: Log) {
    this.#plan = plan;
    this.#log = log;
  }

  add(work: () => void): void {
    this.#waiting.push(work);
    if (this.#waiting.length > 1) return;
    this.#plan(() => {
      this.finish();
    });
  }

  /** Does all of it now: before a process ends. What fails costs the others nothing. */
  finish(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) {
      try {
        work();
      } catch (error) {
        this.#log.error('a call could not be written down', { reason: messageOf(error) });
      }
    }
  }
}
