import type { Ask } from '../../accounts/choice.ts';
import { ByUse } from '../../accounts/by-use.ts';
import type { Pool, Seen } from '../../accounts/pool.ts';
import { slowStartMs } from '../../accounts/slow-start.ts';
import type { Lack } from '../../accounts/standing.ts';
import { fitsAny } from '../../base/pattern.ts';
import type { Budgets } from '../../usage/budgets/budgets.ts';
import type { Granted } from './speech.ts';

export interface GrantingOptions {
  readonly pool: Pick<Pool, 'look' | 'homeOf' | 'accountsFor'>;
  readonly budgets: Pick<Budgets, 'mayBar'>;
  /** The account that a session had to leave and has a warm cache on: it may go back. */
  readonly leftBy: (session: string) => string | undefined;
  /** How long sessions are remembered (ms). */
  readonly ttlMs: () => number;
  /** Told where calls of a session were granted to another account than it is on now. */
  readonly onMoved: (session: string, number: number) => void;
}

/** A grant holds for so long at the most (ms): then the first process hears that the session is still in use. */
const longestGrantMs = 60_000;
/** And for this part of the time a session is remembered. */
const shareOfTtl = 1 / 4;
/** Sessions whose grants are remembered: as many as all workers keep. */
const mostGranted = 50_000;

/** Which calls of workers may go where they went before without a question. */
export class Granting {
  readonly #options: GrantingOptions;
  readonly #granted = new ByUse<string>();
  #open: ReadonlySet<string> = new Set();
  #number = 0;

  constructor(options: GrantingOptions) {
    this.#options = options;
  }

  /** The accounts of which nothing has to be decided, as far as they were looked at last. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  /** Looks at all accounts; whether others are open than before. */
  look(): boolean {
    const open = this.#options.pool.look().filter((seen) => this.#isOpen(seen));
    const before = this.#open;
    this.#open = new Set(open.map(({ account }) => account.id));
    return before.size !== this.#open.size || [...before].some((id) => !this.#open.has(id));
  }

  /** Accounts that are signed out, or have no good secret, and why. */
  lacks(): Map<string, Lack> {
    const lacks = new Map<string, Lack>();
    for (const { account, standing } of this.#options.pool.look())
      if (standing.is === 'signed-out')
        lacks.set(account.id, { since: standing.since, reason: standing.reason });
    return lacks;
  }

  /** Whether calls like this one may go to the account unasked; undefined where each has to ask. */
  readonly grantFor = (ask: Ask, accountId: string): Granted | undefined => {
    const { pool, leftBy, ttlMs } = this.#options;
    const { session, model } = ask;
    if (ask.pinned !== undefined || ask.bound !== undefined || !this.#open.has(accountId)) return undefined;
    if (session === undefined) {
      // Whose turn it is among several is for the pool to say each time.
      const able = pool.accountsFor(ask).filter(({ models }) => fitsAny(models, model));
      return able.length === 1 ? { forMs: longestGrantMs, number: this.nextNumber() } : undefined;
    }
    if (pool.homeOf(ask) !== accountId || leftBy(session) !== undefined) return undefined;
    this.#granted.use(session, accountId);
    const { oldest } = this.#granted;
    if (this.#granted.size > mostGranted && oldest !== undefined) this.#granted.delete(oldest);
    return { forMs: Math.min(longestGrantMs, ttlMs() * shareOfTtl), number: this.nextNumber() };
  };

  /** Larger than every one before. */
  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  /** A session is at home on this account from now on. */
  bound(session: string, accountId: string): void {
    const granted = this.#granted.get(session);
    if (granted === undefined || granted === accountId) return;
    this.#granted.delete(session);
    this.#options.onMoved(session, this.nextNumber());
  }

  /**
   * Ready for every model, without a limit of ours, and not back from a rest a moment ago: a call for it takes nothing
   * from any other, and meets nothing that somebody would have to think about.
   */
  #isOpen({ account, standing, familyRests, isHalfOpen, isAvoided, backForMs = slowStartMs }: Seen): boolean {
    if (standing.is !== 'ready' || familyRests.length > 0 || isHalfOpen || isAvoided) return false;
    if (account.maxConcurrent !== undefined || this.#options.budgets.mayBar(account.id)) return false;
    return backForMs >= slowStartMs;
  }
}
