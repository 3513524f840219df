import { difference, nothing, sum, type Amount } from './amount.ts';

/** What the running calls of a key, an account or all together may still come to. */
export interface Flying {
  readonly amount: Amount;
  readonly calls: number;
}

const none: Flying = { amount: nothing, calls: 0 };

/** What is held for calls that are not over yet. */
export class InFlight {
  readonly #flying = new Map<string, Flying>();

  of(subject: string): Flying {
    return this.#flying.get(subject) ?? none;
  }

  take(subject: string, amount: Amount): void {
    const before = this.of(subject);
    this.#flying.set(subject, { amount: sum(before.amount, amount), calls: before.calls + 1 });
  }

  give(subject: string, amount: Amount): void {
    const before = this.of(subject);
    // With the last call everything is given back: nothing is left over of many small parts.
    if (before.calls <= 1) this.#flying.delete(subject);
    else this.#flying.set(subject, { amount: difference(before.amount, amount), calls: before.calls - 1 });
  }
}
