import type { Clock } from '../../../base/clock.ts';
import type { DoctorView } from '../../contract-health.ts';
import type { Examine } from '../../examination.ts';

/** What was found, and when (ms since the epoch). */
export interface Found {
  readonly found: DoctorView;
  readonly at: number;
}

/** Between two looks for pages that follow lies at least so many times what the last one took. */
const worth = 10;
const longestMs = 600_000;

/**
 * Looks at everything, for pages that follow no more often than it is worth: a look asks every upstream, and takes a
 * minute and a half where those do not answer. Who follows in between gets what was found last, and is told when there
 * is more ({@link turn}).
 */
export class PacedChecks {
  readonly #examine: Examine;
  readonly #clock: Clock;
  #last: Promise<Found> | undefined;
  /** On the clock that never jumps (ms). */
  #dueAt = 0;
  /** Somebody got what was found before, and perhaps it is no longer so. */
  #isOwed = false;
  #turn = 0;

  constructor(examine: Examine, clock: Clock) {
    this.#examine = examine;
    this.#clock = clock;
  }

  /** Looks now: somebody asked for it. @throws Problem */
  look(): Promise<Found> {
    return this.#look(0);
  }

  /** Looks, or gives what was found last where that is enough for now. @throws Problem */
  follow(): Promise<Found> {
    if (this.#last === undefined || this.#isDue) return this.#look(worth);
    this.#isOwed = true;
    return this.#last;
  }

  /** Another number once it is time to look for who got what was found before. */
  get turn(): number {
    if (this.#isOwed && this.#isDue) {
      this.#isOwed = false;
      this.#turn += 1;
    }
    return this.#turn;
  }

  get #isDue(): boolean {
    return this.#clock.monotonic() >= this.#dueAt;
  }

  #look(pauses: number): Promise<Found> {
    this.#last = this.#found(pauses);
    return this.#last;
  }

  async #found(pauses: number): Promise<Found> {
    const began = this.#clock.monotonic();
    this.#dueAt = Number.POSITIVE_INFINITY;
    try {
      return { found: await this.#examine(), at: this.#clock.now() };
    } finally {
      // What fails took its time as well.
      const now = this.#clock.monotonic();
      this.#dueAt = now + Math.min(longestMs, (now - began) * pauses);
    }
  }
}
