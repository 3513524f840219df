import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { areSameTokens, fromStored, toStored } from './stored-tokens.ts';

/**
 * The tokens of `oauth` accounts: in the vault, which every process shares, and the latest that were seen
 * in memory. A refresh changes them without changing the account: what was learned about it stays.
 */
export class AccountTokens {
  readonly #vault: Vault;
  readonly #latest = new Map<string, TokenSet>();

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** The tokens of the account `id` as memory knows them. */
  latest(id: string): TokenSet | undefined {
    return this.#latest.get(id);
  }

  /** The tokens as they are stored now, whoever stored them; undefined where the account is not signed in. */
  async read(id: string): Promise<TokenSet | undefined> {
    return this.#seen(id, await this.#vault.get(id));
  }

  /** Stores what a sign-in gave, in place of whatever was there. Durable when it resolves. */
  async store(id: string, tokens: TokenSet): Promise<void> {
    await this.#vault.set(id, toStored(tokens));
    this.#latest.set(id, tokens);
  }

  /**
   * Stores `next` if the account still has `expected`. Resolves, when that is durable, with what it has
   * afterwards: `next`, what another process stored meanwhile, or nothing where the account is gone.
   */
  async replace(id: string, expected: TokenSet, next: TokenSet): Promise<TokenSet | undefined> {
    const after = await this.#vault.update(id, (current) => {
      const tokens = current === undefined ? undefined : fromStored(current);
      return tokens !== undefined && areSameTokens(tokens, expected) ? toStored(next) : current;
    });
    return this.#seen(id, after);
  }

  /** The secret a call carries: at hand, or on its way from the vault. */
  access(id: string): Secret | Promise<Secret | undefined> {
    return this.#latest.get(id)?.access ?? this.read(id).then((tokens) => tokens?.access);
  }

  /** Reads again what `ids` have, and forgets the rest. @throws Problem of the vault */
  async reload(ids: readonly string[]): Promise<void> {
    const wanted = new Set(ids);
    for (const id of this.#latest.keys()) if (!wanted.has(id)) this.#latest.delete(id);
    for (const id of ids) await this.read(id);
  }

  #seen(id: string, secret: Secret | undefined): TokenSet | undefined {
    const tokens = secret === undefined ? undefined : fromStored(secret);
    if (tokens === undefined) {
      this.#latest.delete(id);
      return undefined;
    }
    const before = this.#latest.get(id);
    // Whoever compares finds the same object for the same tokens.
    if (before !== undefined && areSameTokens(before, tokens)) return before;
    this.#latest.set(id, tokens);
    return tokens;
  }
}
