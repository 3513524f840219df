import type { Clock } from '../../base/clock.ts';

/** Between two makings lies at least so many times what the last one took. */
const worth = 10;
/** What is made faster than this is made whenever somebody asks (ms). */
const quickMs = 100;
const longestMs = 30_000;
const mostKnown = 100;

/**
 * How often something may be made that an open page asks for with every call that ends. Most reports are there in a
 * moment; millions of calls added up by session take seconds, and those who use the proxy must not pay for who watches.
 */
export class Pace {
  readonly #clock: Clock;
  /** When each is due again, on the clock that never jumps, and how far apart two of it are (ms). */
  readonly #due = new Map<string, { readonly at: number; readonly everyMs: number }>();
  readonly #waits = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `make` gives, once it is due: what comes is always true, and sometimes late. What fails has its pause as well. */
  async turn<T>(name: string, make: () => Promise<T>): Promise<T> {
    const due = this.#due.get(name);
    if (due !== undefined) await this.#wait(due.at - this.#clock.monotonic());
    const began = this.#clock.monotonic();
    try {
      return await make();
    } finally {
      this.#pause(name, this.#clock.monotonic() - began);
    }
  }

  /** How far apart two makings of it are now (ms); 0 where it is made whenever somebody asks. */
  every(name: string): number {
    return this.#due.get(name)?.everyMs ?? 0;
  }

  /** Nobody waits any longer: a proxy that stops must not wait for pages. */
  close(): void {
    for (const end of this.#waits) end();
  }

  #pause(name: string, took: number): void {
    this.#due.delete(name);
    const pauseMs = Math.min(longestMs, took * worth);
    const at = this.#clock.monotonic() + pauseMs;
    if (took > quickMs) this.#due.set(name, { at, everyMs: pauseMs + took });
    const [oldest] = this.#due.keys();
    if (this.#due.size > mostKnown && oldest !== undefined) this.#due.delete(oldest);
  }

  #wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#waits.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      this.#waits.add(end);
    });
  }
}
