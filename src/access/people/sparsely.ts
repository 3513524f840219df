import type { Clock } from '../../base/clock.ts';

/** So long without another one, and counting begins anew (ms). */
const forgetMs = 30 * 60_000;
/** Beyond it whoever has been quiet for longest is forgotten. */
const mostKnown = 1_000;

/**
 * Of what somebody does again and again the first is told, the second, the fourth, the eighth …: it is written down
 * that it goes on and how often, and nobody fills a log with it.
 */
export class Sparsely {
  readonly #clock: Clock;
  readonly #seen = new Map<string, { count: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one more by `who`; gives the count where it is to be told. */
  count(who: string): number | undefined {
    const now = this.#clock.now();
    const before = this.#seen.get(who);
    const isNew = before === undefined || now - before.at >= forgetMs;
    const count = isNew ? 1 : before.count + 1;
    this.#seen.delete(who);
    this.#seen.set(who, { count, at: now });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > mostKnown && oldest !== undefined) this.#seen.delete(oldest);
    return Number.isInteger(Math.log2(count)) ? count : undefined;
  }
}
