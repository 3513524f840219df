import type { Clock } from '../base/clock.ts';

interface Binding {
  accountId: string;
  usedAt: number;
}

/**
 * Which account each session is on, so that its prompt cache stays warm. Bounded: bindings unused for
 * `ttlMs` are forgotten, and beyond `most` the one unused longest goes first.
 */
export class Sessions {
  readonly #bindings = new Map<string, Binding>();
  readonly #clock: Clock;
  #ttlMs: number;
  #most: number;

  constructor(clock: Clock, ttlMs: number, most: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#most = most;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /** Takes changed settings for what comes. */
  limit(ttlMs: number, most: number): void {
    this.#ttlMs = ttlMs;
    this.#most = most;
  }

  accountOf(session: string): string | undefined {
    const binding = this.#bindings.get(session);
    if (binding === undefined) return undefined;
    if (this.#clock.now() - binding.usedAt <= this.#ttlMs) return binding.accountId;
    this.#bindings.delete(session);
    return undefined;
  }

  bind(session: string, accountId: string): void {
    // Deleting first moves the entry to the end: a Map keeps the order of insertion.
    this.#bindings.delete(session);
    this.#bindings.set(session, { accountId, usedAt: this.#clock.now() });
    while (this.#bindings.size > this.#most) {
      const [oldest] = this.#bindings.keys();
      if (oldest === undefined) return;
      this.#bindings.delete(oldest);
    }
  }

  /** Forgets every session of an account that is gone. */
  forget(accountId: string): void {
    for (const [session, binding] of this.#bindings) {
      if (binding.accountId === accountId) this.#bindings.delete(session);
    }
  }
}
