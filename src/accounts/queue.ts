import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Signal } from '../base/signal.ts';
import { Turns, type Lane, type Place } from './turns.ts';

/**
 * What somebody who waits finds when looking: what was waited for, that it is no use to wait any more, or how soon
 * another look is worth it (ms).
 */
export type Look<T> =
  | { readonly is: 'found' | 'given-up'; readonly what: T }
  | { readonly is: 'wait'; readonly ms: number };

/** Looks once more; where `isLast` it has to be content with what it finds. */
type Waiter = (isLast: boolean) => Look<unknown>;

/** However sure somebody is of the moment: clocks on the wall jump, and not everything that changes is told (ms). */
const longestBetweenLooksMs = 1_000;
/** Those that wait for an account which is back from a rest follow each other that closely (ms) … */
const widestGapMs = 250;
/** … and where many wait closer, so that all have gone by then (ms). */
const allGoneMs = 10_000;
/** Somebody new lets all in front look first, unless they have just done so: many may come at once (ms). */
const justLookedMs = 20;

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
  /** When everybody last looked, and had to go on waiting; on the clock that never jumps (ms). */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** When everybody looks again; on the clock that never jumps (ms). */
  #next: { readonly at: number; readonly cancel: () => void } | undefined;

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
  wait<T>(lane: Lane, look: (isLast: boolean) => Look<T>, signal: Signal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(clientLeft());
        return;
      }
      const leave = (): void => {
        this.#turns.remove(place, false);
        reject(clientLeft());
        if (this.size === 0) this.#lookIn(undefined);
      };
      const place = this.#turns.add(lane, (isLast) => {
        let seen: Exclude<Look<T>, { is: 'wait' }> | undefined;
        try {
          const found = look(isLast);
          if (found.is === 'wait') return found;
          seen = found;
          resolve(seen.what);
        } catch (error) {
          // What goes wrong for one is nobody else's wait.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        signal.removeEventListener('abort', leave);
        return { is: seen?.is ?? 'given-up', what: undefined };
      });
      signal.addEventListener('abort', leave, { once: true });
      if (this.#clock.monotonic() - this.#lookedAt < justLookedMs) this.#lookAlone(place);
      else this.stir();
    });
  }

  /**
   * Something has changed: everybody looks again, until `most` have gone. One place that is free again is taken by one
   * of them, and it would be a waste to let all others look.
   */
  stir(most = Number.POSITIVE_INFINITY): void {
    if (this.size === 0) {
      this.#lookIn(undefined);
      return;
    }
    // Who takes a place, or gives one back, changes something again.
    this.#hasChanged = true;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    if (this.#isLooking) return;
    this.#isLooking = true;
    let nextMs: number | undefined;
    while (this.#hasChanged) nextMs = this.#letGo(most);
    this.#isLooking = false;
    if (nextMs !== undefined || this.size === 0) this.#lookIn(nextMs);
  }

  /**
   * The line is as long as it may be: of a larger crowd than that of `lane` the last to come takes what there is now,
   * and leaves. False where there is none.
   */
  makeRoom(lane: Lane): boolean {
    const last = this.#turns.lastOfCrowd(lane);
    if (last === undefined) return false;
    this.#turns.remove(last, last.one(true).is === 'found');
    return true;
  }

  /** The proxy is about to stop: everybody takes what there is now. */
  close(): void {
    this.#isOpen = false;
    this.stir();
  }

  #lookAlone(place: Place<Waiter>): void {
    const seen = place.one(!this.#isOpen);
    if (seen.is === 'wait') this.#lookIn(Math.min(seen.ms, longestBetweenLooksMs));
    else this.#turns.remove(place, seen.is === 'found');
  }

  /** Everybody looks once, whoever is next in front; returns how soon another look is worth it (ms), where all have. */
  #letGo(most: number): number | undefined {
    this.#hasChanged = false;
    const looked = new Set<Place<Waiter>>();
    let nextMs = longestBetweenLooksMs;
    let gone = 0;
    let waiting = this.#turns.inOrder();
    for (let at = 0; at < waiting.length; at += 1) {
      const place = waiting[at];
      if (place === undefined || looked.has(place)) continue;
      looked.add(place);
      const seen = place.one(!this.#isOpen);
      if (seen.is === 'wait') {
        nextMs = Math.min(nextMs, seen.ms);
        continue;
      }
      const isOtherOrder = this.#turns.remove(place, seen.is === 'found');
      if (seen.is === 'found') gone += 1;
      if (gone >= most) return undefined;
      if (!isOtherOrder) continue;
      // Whose turn it is now is another question.
      waiting = this.#turns.inOrder();
      at = -1;
    }
    this.#lookedAt = gone === 0 ? this.#clock.monotonic() : this.#lookedAt;
    return nextMs;
  }

  #lookIn(ms: number | undefined): void {
    const at = ms === undefined || this.size === 0 ? undefined : this.#clock.monotonic() + ms;
    // To look too early costs little, to set the clock with each look does.
    if (at !== undefined && this.#next !== undefined && this.#next.at <= at) return;
    this.#next?.cancel();
    if (ms === undefined || at === undefined) {
      this.#next = undefined;
      return;
    }
    const cancel = this.#clock.after(ms, () => {
      this.#next = undefined;
      this.stir();
    });
    this.#next = { at, cancel };
  }
}

function clientLeft(): GatewayError {
  return new GatewayError('client_left', 'The client left.');
}
