import type { Clock } from '../base/clock.ts';
import type { ClientKey } from './client-key.ts';

/** Whether a call of a key may go on now. */
export type Admission =
  /** `release` gives the place back when the call is over; only the first time counts. */
  | { readonly is: 'admitted'; release(): void }
  | {
      readonly is: 'limited';
      /** Which of the key's limits is reached. */
      readonly by: 'requests-per-minute' | 'calls-at-once';
      readonly limit: number;
      /** Whole seconds until another try can succeed. */
      readonly retryAfterSeconds: number;
    };

/**
 * A bucket of requests: holds a minute's worth, and fills evenly. So a key that was quiet may send a whole
 * minute's requests at once, and never more than two minutes' worth in any minute.
 */
export interface Bucket {
  /** Requests it holds, fractions included. */
  readonly level: number;
  /** When it held that (ms on a clock that never jumps). */
  readonly at: number;
}

/** What `bucket` holds at `now`; a bucket that was never used is full. */
export function levelAt(bucket: Bucket | undefined, perMinute: number, now: number): number {
  if (bucket === undefined) return perMinute;
  return Math.min(perMinute, bucket.level + ((now - bucket.at) / 60_000) * perMinute);
}

/** Milliseconds until a bucket at `level` holds one whole request. */
export function msUntilOne(level: number, perMinute: number): number {
  return level >= 1 ? 0 : ((1 - level) / perMinute) * 60_000;
}

/** What the client keys may still do: requests a minute and calls at once. Kept in memory, per process. */
export class KeyLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  readonly #calls = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a call of `key` in, or says which limit stands in the way. A refused call costs nothing. */
  admit(key: ClientKey): Admission {
    const running = this.#calls.get(key.id) ?? 0;
    if (key.callsAtOnce !== undefined && running >= key.callsAtOnce) {
      return { is: 'limited', by: 'calls-at-once', limit: key.callsAtOnce, retryAfterSeconds: 1 };
    }
    const refusal =
      key.requestsPerMinute === undefined ? undefined : this.#take(key.id, key.requestsPerMinute);
    if (refusal !== undefined) return refusal;
    this.#calls.set(key.id, running + 1);
    return { is: 'admitted', release: this.#releaseOnce(key.id) };
  }

  #take(id: string, perMinute: number): Admission | undefined {
    const now = this.#clock.monotonic();
    const level = levelAt(this.#buckets.get(id), perMinute, now);
    if (level < 1) {
      const retryAfterSeconds = Math.max(1, Math.ceil(msUntilOne(level, perMinute) / 1000));
      return { is: 'limited', by: 'requests-per-minute', limit: perMinute, retryAfterSeconds };
    }
    this.#buckets.set(id, { level: level - 1, at: now });
    return undefined;
  }

  #releaseOnce(id: string): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const running = (this.#calls.get(id) ?? 1) - 1;
      if (running > 0) this.#calls.set(id, running);
      else this.#calls.delete(id);
    };
  }
}
