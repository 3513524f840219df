import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import { Turns, type Lane, type Place } from './turns.ts';

/** What somebody who waits finds when looking: what was waited for, or how soon another look is worth it (ms). */
export type Look<T> =
  | { readonly is: 'found'; readonly what: T }
  | { readonly is: 'wait'; readonly ms: number };

/** Looks once more; where `isLast` it has to be content with what it finds. */
type Waiter = (isLast: boolean) => Look<unknown>;

/** However sure somebody is of the moment: clocks on the wall jump, and not everything that changes is told (ms). */
const longestBetweenLooksMs = 1_000;
/** Those that wait for an account which is back from a rest follow each other that closely (ms) … */
const widestGapMs = 250;
/** … and where many wait closer, so that all have gone by then (ms). */
const allGoneMs = 10_000;

/**
 * Calls that no account can take right now, in the order in which they get one. It knows nothing of accounts: whoever
 * waits looks by itself, in its turn, each time something has changed.
 */
export class Queue {
  readonly #clock: Clock;
  readonly #turns = new Turns<Waiter>();
  #isOpen = true;
  #isLooking = false;
  #hasChanged = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#turns.size;
  }

  /** Nobody waits any more once it is closed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How long after the last call an account that is back from a rest takes the next one of those that wait (ms). */
  get gapMs(): number {
    return Math.min(widestGapMs, allGoneMs / Math.max(1, this.size));
  }

  /**
   * Resolves with what `look` finds, when it is the turn of whoever looks. Who is in front looks first, also when
   * somebody new comes: what is free for both goes to the one that waited.
   *
   * @throws GatewayError client_left as soon as `signal` is aborted
   */
  wait<T>(lane: Lane, look: (isLast: boolean) => Look<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(clientLeft());
        return;
      }
      const leave = (): void => {
        this.#turns.remove(place, false);
        reject(clientLeft());
        // Where many wait, who goes makes room in the order, and perhaps a shorter gap longer.
        this.stir();
      };
      const place = this.#turns.add(lane, (isLast) => {
        try {
          const seen = look(isLast);
          if (seen.is === 'wait') return seen;
          resolve(seen.what);
        } catch (error) {
          // What goes wrong for one is nobody else's wait.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        signal.removeEventListener('abort', leave);
        return { is: 'found', what: undefined };
      });
      signal.addEventListener('abort', leave, { once: true });
      this.stir();
    });
  }

  /** Something has changed: everybody looks again. */
  stir(): void {
    this.#hasChanged = true;
    if (this.#isLooking || this.size === 0) return;
    this.#isLooking = true;
    this.#cancelTimer?.();
    let nextMs = longestBetweenLooksMs;
    // Who takes a place, or gives one back, changes something again.
    while (this.#hasChanged) nextMs = this.#lookAll();
    this.#isLooking = false;
    this.#cancelTimer =
      this.size === 0
        ? undefined
        : this.#clock.after(nextMs, () => {
            this.stir();
          });
  }

  /** The proxy is about to stop: everybody takes what there is now. */
  close(): void {
    this.#isOpen = false;
    this.stir();
  }

  /** Everybody looks once, whoever is next in front; returns how soon another look is worth it (ms). */
  #lookAll(): number {
    this.#hasChanged = false;
    const looked = new Set<Place<Waiter>>();
    let nextMs = longestBetweenLooksMs;
    for (let hasServed = true; hasServed;) {
      hasServed = false;
      for (const place of this.#turns.inOrder()) {
        if (looked.has(place)) continue;
        looked.add(place);
        const seen = place.one(!this.#isOpen);
        if (seen.is === 'wait') {
          nextMs = Math.min(nextMs, seen.ms);
          continue;
        }
        this.#turns.remove(place, true);
        // Whose turn it is now is another question.
        hasServed = true;
        break;
      }
    }
    return nextMs;
  }
}

function clientLeft(): GatewayError {
  return new GatewayError('client_left', 'The client left.');
}
