import type { Clock } from '../../../base/clock.ts';
import type { UsageSeriesView } from '../../contract-usage.ts';

/** A report is worth so many times what it took to make. */
const worth = 10;
/** What is made faster than this is made each time (ms). */
const quickMs = 100;
const mostKept = 32;

interface Kept {
  readonly series: UsageSeriesView;
  /** Until when it is shown again, on the clock that never jumps (ms). */
  readonly until: number;
}

/**
 * Reports of a page that is open and asks again with every call that ends. Most are there in a moment; millions of
 * calls added up by session take seconds, and those who use the proxy must not pay for who watches.
 */
export class KeptSeries {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `make` gives, or gave a moment ago for the same `name`. */
  async get(name: string, make: () => Promise<UsageSeriesView>): Promise<UsageSeriesView> {
    const began = this.#clock.monotonic();
    const known = this.#kept.get(name);
    if (known !== undefined && began < known.until) return known.series;
    const series = await make();
    const ended = this.#clock.monotonic();
    this.#kept.delete(name);
    if (ended - began > quickMs) this.#kept.set(name, { series, until: ended + (ended - began) * worth });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return series;
  }
}
