import type { Line } from './line.ts';

/** Why a line is not read: more came than is read ahead, or the body that comes is not taken. */
export type Reason = 'ahead' | 'body';

/**
 * Stops the reading of a line for as long as there is a reason, and asks the line only where that changes: each
 * time is a call of the system.
 */
export class Brake {
  readonly #line: Line;
  #ahead = false;
  #body = false;

  constructor(line: Line) {
    this.#line = line;
  }

  hold(reason: Reason): void {
    const isHeld = this.#ahead || this.#body;
    this.#set(reason, true);
    if (!isHeld) this.#line.pause();
  }

  free(reason: Reason): void {
    const isHeld = this.#ahead || this.#body;
    this.#set(reason, false);
    if (isHeld && !this.#ahead && !this.#body) this.#line.resume();
  }

  /** Whatever the reasons were: they are over. */
  release(): void {
    this.free('ahead');
    this.free('body');
  }

  #set(reason: Reason, isHeld: boolean): void {
    if (reason === 'ahead') this.#ahead = isHeld;
    else this.#body = isHeld;
  }
}
