import type { Log } from '../../base/log.ts';
import { type Cap, percentOf, thresholdOf } from './cap.ts';
import { limitText } from './cap-headers.ts';

/** Says once a period and threshold that a budget runs out. */
export class Notices {
  readonly #log: Log;
  /** By budget: the threshold that was told last, and for which period. */
  readonly #told = new Map<string, { readonly resetAt: number; readonly threshold: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Tells what is new about `caps`; `quietly` after a start, when it was told before. */
  look(caps: readonly Cap[], { quietly = false } = {}): void {
    for (const cap of caps) {
      const { pot, resetAt } = cap;
      const threshold = thresholdOf(cap);
      if (threshold === undefined) continue;
      const key = `${pot.scope} ${pot.period} ${pot.unit} ${pot.name}`;
      const before = this.#told.get(key);
      if (before?.resetAt === resetAt && before.threshold >= threshold) continue;
      this.#told.set(key, { resetAt, threshold });
      if (!quietly) this.#tell(cap, threshold);
    }
  }

  #tell(cap: Cap, threshold: number): void {
    const { pot, resetAt } = cap;
    this.#log.warn(threshold === 1 ? 'budget used up' : 'budget runs out', {
      budget: pot.name,
      period: pot.period,
      limit: limitText(pot),
      percent: percentOf(cap),
      threshold,
      refuses: pot.isHard,
      resetsAt: new Date(resetAt).toISOString(),
    });
  }
}
