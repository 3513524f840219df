import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../accounts/account.ts';
import type { WindowSeen } from '../../accounts/headroom/headroom.ts';
import { Pool } from '../../accounts/pool.ts';
import { Sessions } from '../../accounts/sessions.ts';
import type { Clock } from '../../base/clock.ts';
import type { AccountBar } from '../../usage/budgets/budgets.ts';
import type { Picture, Scene } from './speech.ts';

/** The accounts as the first process has told of them. */
export class Pictured {
  /** To look things up in. It learns nothing and gives no account: the first process does. */
  readonly pool: Pool;
  #accounts = new Map<string, Account>();
  #open = new Set<string>();
  #windows = new Map<string, readonly WindowSeen[]>();
  #bars = new Map<string, AccountBar>();

  constructor(clock: Clock) {
    this.pool = new Pool(clock, new Sessions(clock, 0, 0));
  }

  take({ accounts, lacks, open }: Picture): void {
    // One that is as it was stays the same object: what was worked out of it is kept by that.
    const kept = accounts.map((account) => {
      const before = this.#accounts.get(account.id);
      return isDeepStrictEqual(before, account) && before !== undefined ? before : account;
    });
    this.#accounts = new Map(kept.map((account) => [account.id, account]));
    this.pool.refill(kept, lacks);
    this.openTo(open);
  }

  /** Nothing has to be decided of these. */
  openTo(ids: readonly string[]): void {
    this.#open = new Set(ids);
  }

  list(): Account[] {
    return [...this.#accounts.values()];
  }

  find(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Something has happened to an account that somebody has to think about. */
  close(id: string): void {
    this.#open.delete(id);
  }

  /** Takes what the words of a refusal are made of. */
  show({ windows, bars }: Scene): void {
    this.#windows = new Map(windows);
    this.#bars = new Map(bars);
  }

  windowsOf(id: string): WindowSeen[] {
    return [...(this.#windows.get(id) ?? [])];
  }

  barOf(id: string): AccountBar | undefined {
    return this.#bars.get(id);
  }
}
