import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import {
  areInSameState,
  areSameTokens,
  fromStored,
  type KeptTokens,
  type Over,
  toStored,
} from './stored-tokens.ts';
import { leftOf } from './token-times.ts';

/** Tokens in memory, and until when they can be used on the clock that never jumps (ms). */
interface Known {
  readonly tokens: KeptTokens;
  readonly usableUntil: number;
}

/**
 * The tokens of `oauth` accounts: in the vault, which every process shares, and the latest that were seen
 * in memory. A refresh changes them without changing the account: what was learned about it stays.
 */
export class AccountTokens {
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #latest = new Map<string, Known>();
  readonly #listeners = new Set<() => void>();
  /** Counts what was stored, so that nothing read before takes the place of it in memory. */
  #writes = 0;

  constructor(vault: Vault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** The tokens of the account `id` as memory knows them: the same object for the same tokens in the same state. */
  latest(id: string): KeptTokens | undefined {
    return this.#latest.get(id)?.tokens;
  }

  /**
   * The tokens of the account `id` whose access token can be used now: neither expired, by the clock on the
   * wall (a machine may have slept) or by the one that never jumps (the other one may have been set back), nor
   * over.
   */
  usable(id: string): KeptTokens | undefined {
    const known = this.#latest.get(id);
    if (known === undefined) return undefined;
    const { tokens, usableUntil } = known;
    if (tokens.over !== undefined || this.#clock.monotonic() >= usableUntil) return undefined;
    return leftOf(tokens, this.#clock.now()) > 0 ? tokens : undefined;
  }

  /** Why the account `id`, which has tokens, cannot be used before somebody signs in; undefined where it can. */
  lackOf(id: string): { readonly since?: number; readonly reason: string } | undefined {
    const tokens = this.latest(id);
    if (tokens === undefined || tokens.over !== undefined) return tokens?.over;
    if (tokens.refresh !== undefined || this.usable(id) !== undefined) return undefined;
    return { reason: 'its token has run out, and the provider gave none to renew it with' };
  }

  /** The tokens as they are stored now, whoever stored them; undefined where the account is not signed in. */
  async read(id: string): Promise<KeptTokens | undefined> {
    for (;;) {
      const writes = this.#writes;
      const secret = await this.#vault.get(id);
      if (writes === this.#writes) return this.#seen(id, secret);
    }
  }

  /** Stores what a sign-in gave, in place of whatever was there. Durable when it resolves. */
  async store(id: string, tokens: TokenSet): Promise<void> {
    const secret = toStored({ keptAt: this.#clock.now(), ...tokens });
    await this.#vault.set(id, secret);
    this.#writes += 1;
    this.#seen(id, secret);
  }

  /**
   * Stores `next` if the account still has `expected`. Resolves, when that is durable, with what it has
   * afterwards: `next`, what another process stored meanwhile, or nothing where the account is gone.
   */
  replace(id: string, expected: TokenSet, next: TokenSet): Promise<KeptTokens | undefined> {
    // A backup that held the old ones would bring back a refresh token that is spent.
    return this.#exchange(id, expected, () => ({ ...next, keptAt: this.#clock.now() }), { isSpent: true });
  }

  /** Notes durably that a refresh of `tokens` begins, or with undefined that none is underway. As {@link replace}. */
  note(id: string, tokens: TokenSet, refreshBegunAt: number | undefined): Promise<KeptTokens | undefined> {
    return this.#exchange(id, tokens, (current) => ({ ...current, refreshBegunAt }));
  }

  /**
   * Notes durably that `tokens` are over, see {@link KeptTokens.over}. As {@link replace}; in memory they are
   * over also where that cannot be stored.
   */
  async end(id: string, tokens: KeptTokens, over: Over): Promise<KeptTokens | undefined> {
    const ended = { ...tokens, refreshBegunAt: undefined, over };
    try {
      return await this.#exchange(id, tokens, () => ended);
    } catch (error) {
      this.#keep(id, ended);
      throw error;
    }
  }

  /** Reads again what `ids` have, and forgets the rest. @throws Problem of the vault */
  async reload(ids: readonly string[]): Promise<void> {
    const wanted = new Set(ids);
    for (const id of this.#latest.keys()) if (!wanted.has(id)) this.#latest.delete(id);
    for (const id of ids) await this.read(id);
  }

  /** Calls `listener` whenever memory knows other tokens, or another state of them; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #exchange(
    id: string,
    expected: TokenSet,
    next: (current: KeptTokens) => KeptTokens,
    options: { readonly isSpent?: boolean } = {},
  ): Promise<KeptTokens | undefined> {
    const decide = (current: Secret | undefined): Secret | undefined => {
      const tokens = current === undefined ? undefined : fromStored(current);
      return tokens !== undefined && areSameTokens(tokens, expected) ? toStored(next(tokens)) : current;
    };
    const after = await this.#vault.update(id, decide, options);
    this.#writes += 1;
    return this.#seen(id, after);
  }

  #seen(id: string, secret: Secret | undefined): KeptTokens | undefined {
    const tokens = secret === undefined ? undefined : fromStored(secret);
    const before = this.latest(id);
    if (tokens === undefined) {
      this.#latest.delete(id);
      return undefined;
    }
    if (before !== undefined && areSameTokens(before, tokens) && areInSameState(before, tokens))
      return before;
    this.#keep(id, tokens);
    return tokens;
  }

  #keep(id: string, tokens: KeptTokens): void {
    const usableUntil = this.#clock.monotonic() + leftOf(tokens, this.#clock.now());
    const before = this.#latest.get(id);
    const isKnown =
      before !== undefined && areSameTokens(before.tokens, tokens) && before.tokens.keptAt === tokens.keptAt;
    // A clock that was set back between two looks gives the same token no second life.
    const until = isKnown ? Math.min(before.usableUntil, usableUntil) : usableUntil;
    this.#latest.set(id, { tokens, usableUntil: until });
    for (const listener of this.#listeners) listener();
  }
}
