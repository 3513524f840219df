import type { CallRecord } from '../call-record.ts';
import type { Amount } from './amount.ts';
import type { InFlight } from './in-flight.ts';
import { accountSubject } from './pots.ts';

export interface HoldOptions {
  /** Whose budgets the call is taken from, whichever account serves it. */
  readonly subjects: readonly string[];
  /** What it may cost; undefined where nothing is held for it, since there is no budget at all. */
  readonly expected: Amount | undefined;
  readonly flying: InFlight;
  readonly onSettled: (settled: Settled) => void;
  /** What the answer is to tell of the caller's budgets. */
  readonly headers: () => string[];
}

/** A held call that is over. */
export interface Settled {
  readonly record: CallRecord;
  readonly subjects: readonly string[];
  readonly accountId: string | undefined;
  readonly expected: Amount | undefined;
}

/** As a call sees it. */
export type Held = Pick<Hold, 'on' | 'headers' | 'settle'>;

/** What one running call may cost, held against its budgets until it is known. */
export class Hold {
  readonly #options: HoldOptions;
  #accountId: string | undefined;
  #isOver = false;

  constructor(options: HoldOptions) {
    this.#options = options;
    const { subjects, expected, flying } = options;
    if (expected !== undefined) for (const subject of subjects) flying.take(subject, expected);
  }

  /** The call is tried on this account now, and on no other. */
  on(accountId: string): void {
    if (this.#isOver || accountId === this.#accountId) return;
    this.#leaveAccount();
    this.#accountId = accountId;
    const { flying, expected } = this.#options;
    if (expected !== undefined) flying.take(accountSubject(accountId), expected);
  }

  /** Names and values of headers; none where the caller has no budget. */
  headers(): string[] {
    return this.#options.headers();
  }

  /** The call is over: what it used takes the place of what was held. */
  settle(record: CallRecord): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { subjects, expected, flying, onSettled } = this.#options;
    const accountId = this.#accountId;
    this.#leaveAccount();
    if (expected !== undefined) for (const subject of subjects) flying.give(subject, expected);
    onSettled({ record, subjects, accountId, expected });
  }

  #leaveAccount(): void {
    const { flying, expected } = this.#options;
    if (this.#accountId !== undefined && expected !== undefined)
      flying.give(accountSubject(this.#accountId), expected);
    this.#accountId = undefined;
  }
}
