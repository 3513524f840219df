import type { Clock } from '../../src/base/clock.ts';

/** A clock turned by hand. It starts at `start` and moves by `turn`; what is on the wall can be set apart from that. */
export class HandClock implements Clock {
  /** On the clock that never jumps. */
  #now: number;
  /** How far the clock on the wall is ahead of it. */
  #ahead = 0;
  readonly #timers = new Set<{ at: number; run: () => void }>();

  constructor(start: number = Date.UTC(2026, 10, 22, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now + this.#ahead;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Sets the clock on the wall, ahead or back, as a person does, or a machine that wakes up: nothing falls due. */
  set(now: number): void {
    this.#ahead = now - this.#now;
  }

  /** Lets time pass, on both clocks, in which nothing falls due. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** How long the next of them waits (ms); for ever where there is none. */
  get soonestMs(): number {
    return Math.min(...[...this.#timers].map(({ at }) => at - this.#now));
  }

  /** Moves on by `ms`, firing what falls due in order, and lets promises settle in between. */
  async turn(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = until;
    await settled();
  }
}

/** Lets everything that is ready to run, run. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
