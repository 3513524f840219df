import type { Clock } from '../base/clock.ts';

interface Timer {
  readonly at: number;
  /** Of two that fall due at one moment the one set first fires first. */
  readonly order: number;
  run: (() => void) | undefined;
}

/** A clock that jumps from one timer to the next: a week passes as fast as its events can be worked off. */
export class VirtualClock implements Clock {
  /** A binary heap, the timer that falls due first in front. */
  readonly #timers: Timer[] = [];
  #now: number;
  #set = 0;

  /** It begins at `start` (ms since the epoch). */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#set, run };
    this.#set += 1;
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Fires every timer in its order, until none is left; promises settle in between. */
  async run(): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#pop();
      if (next === undefined) return;
      // One that was taken back moves no time.
      if (next.run === undefined) continue;
      this.#now = next.at;
      next.run();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (child === undefined || isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}

/** Every promise that can go on without a timer has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
