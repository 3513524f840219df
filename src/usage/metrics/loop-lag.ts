import type { Clock } from '../../base/clock.ts';
import { Distribution } from './distribution.ts';

/** How often somebody looks (ms). More often would wake an idle machine for nothing. */
const lookMs = 1_000;

/** From what no stream notices to what every client does; seconds. */
const lagBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** How late the program comes to what is due: all streams wait that long. */
export class LoopLag {
  readonly lags = new Distribution(lagBounds);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to look; returns the way to stop. */
  watch(): () => void {
    const clock = this.#clock;
    let cancel = (): void => {};
    const wait = (): void => {
      const due = clock.monotonic() + lookMs;
      cancel = clock.after(lookMs, () => {
        this.lags.observe(Math.max(0, clock.monotonic() - due) / 1000);
        wait();
      });
    };
    wait();
    return () => {
      cancel();
    };
  }
}
