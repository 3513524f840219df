import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { AccountTable } from './account-table.ts';
import type { AccountTokens } from './account-tokens.ts';
import { AccountWriter, type GivenSecrets, type NewAccount } from './account-writer.ts';
import { type Account, findAccount } from './account.ts';
import type { AccountChanges, AccountDraft } from './draft.ts';
import { type AccountListener, KnownAccounts, type MountedAccount } from './known-accounts.ts';
import type { Lack } from './standing.ts';
import { SecretsUnderway } from './secrets-underway.ts';
import { accountOf } from './vault-entries.ts';

export interface AccountStoreOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The accounts: settings in the database, secrets in the vault, both in memory for whoever asks. No crash
 * leaves an account without its secret, or a secret that nobody knows of (see {@link SecretsUnderway}).
 */
export class AccountStore {
  readonly #options: AccountStoreOptions;
  readonly #underway: SecretsUnderway;
  readonly #known: KnownAccounts;
  readonly #writer: AccountWriter;

  private constructor(options: AccountStoreOptions) {
    this.#options = options;
    const table = new AccountTable(options.database);
    this.#underway = new SecretsUnderway(options);
    this.#known = new KnownAccounts({ ...options, table });
    this.#writer = new AccountWriter({ ...options, table, underway: this.#underway, known: this.#known });
  }

  /**
   * Reads the accounts, and finishes what a crash has left half done.
   *
   * @throws DatabaseError, Problem of the vault
   */
  static async open(options: AccountStoreOptions): Promise<AccountStore> {
    const store = new AccountStore(options);
    await store.#underway.finish();
    await store.reload();
    await store.#warn();
    return store;
  }

  /** Every account, in the order in which they were added; those of mounted files come last. */
  list(): readonly Account[] {
    return this.#known.all;
  }

  /** The account of an id or a name, in any case. */
  find(idOrName: string): Account | undefined {
    return findAccount(this.#known.all, idOrName);
  }

  /** The accounts that have no secret, or none that is good for anything, by id. */
  get missing(): ReadonlyMap<string, Lack> {
    return this.#known.missing;
  }

  /** The tokens of `oauth` accounts. */
  get tokens(): AccountTokens {
    return this.#known.tokens;
  }

  /**
   * What is secret about an account: its key or token by its id, what its outbound proxy wants by its
   * `proxyLogin`. From memory where it was read before; undefined where there is none.
   */
  secret(entry: string): Promise<Secret | undefined> {
    return this.#known.secret(entry);
  }

  /**
   * Stores a new account: first its secrets, then its settings.
   *
   * @throws Problem `account-invalid`, `account-name-taken`, `secret-…`, `proxy-login-…`; DatabaseError,
   *   Problem of the vault
   */
  add(draft: AccountDraft, secret?: Secret, more: Omit<NewAccount, 'secret'> = {}): Promise<Account> {
    return this.#writer.add(draft, { ...more, secret });
  }

  /**
   * Changes settings and secrets; what is left out stays, `null` takes a value away.
   *
   * @throws Problem `account-unknown`, `account-mounted`, `account-invalid`, `account-name-taken`, `secret-…`,
   *   `proxy-login-…`; DatabaseError, Problem of the vault
   */
  update(idOrName: string, changes: AccountChanges, given: GivenSecrets = {}): Promise<Account> {
    return this.#writer.update(idOrName, changes, given);
  }

  /** Gives an account another name; everything else about it stays. @throws as {@link update} */
  rename(idOrName: string, name: string): Promise<Account> {
    return this.update(idOrName, { name });
  }

  /** Switches an account on or off. @throws as {@link update} */
  setEnabled(idOrName: string, enabled: boolean): Promise<Account> {
    return this.update(idOrName, { enabled });
  }

  /** Puts a new secret in the place of the old one. @throws as {@link update} */
  replaceSecret(idOrName: string, secret: Secret): Promise<Account> {
    return this.update(idOrName, {}, { secret });
  }

  /** Stores what a sign-in gave; the account starts afresh with it. @throws as {@link update} */
  signIn(idOrName: string, tokens: TokenSet): Promise<Account> {
    return this.update(idOrName, {}, { tokens });
  }

  /**
   * Removes an account, what is bound to it, and its secrets; with `asOf` (its `updatedAt`) only the version that
   * somebody has seen.
   *
   * @throws Problem `account-unknown`, `account-mounted`, `account-changed`; DatabaseError. A Problem of the vault: the account
   *   is gone, and its secrets will be deleted at a later start
   */
  remove(idOrName: string, asOf?: number): Promise<Account> {
    return this.#writer.remove(idOrName, asOf);
  }

  /** Calls `listener` after every change; the returned function ends that. */
  onChange(listener: AccountListener): () => void {
    return this.#known.onChange(listener);
  }

  /** Takes over what another process has changed: settings and secrets. @throws DatabaseError, Problem of the vault */
  reload(): Promise<void> {
    return this.#known.reload();
  }

  /** Looks again at whose tokens are over, after they have changed, and tells whoever listens where that is new. */
  noteTokens(): void {
    this.#known.noteTokens();
  }

  /** Takes what the mounted files say now. @throws DatabaseError */
  mount(mounted: readonly MountedAccount[]): Promise<void> {
    return this.#known.mount(mounted);
  }

  /** Entries of the vault that belong to no account: what is left when a database was lost. */
  async strayedSecrets(): Promise<string[]> {
    const known = new Set(this.list().map(({ id }) => id));
    const awaited = new Set(await this.#underway.ids());
    const entries = await this.#options.vault.ids();
    return entries.filter((entry) => {
      const id = accountOf(entry);
      return id !== undefined && !known.has(id) && !awaited.has(id) && !awaited.has(entry);
    });
  }

  /** Ends what the store does by itself. */
  close(): void {
    this.#underway.close();
    this.#known.close();
  }

  async #warn(): Promise<void> {
    const { log } = this.#options;
    for (const { id, name, kind } of this.list()) {
      // Whoever has not signed in yet knows it.
      if (this.missing.has(id) && kind !== 'oauth')
        log.warn('an account has no secret in the vault', { account: name });
    }
    const strayed = await this.strayedSecrets();
    if (strayed.length > 0)
      log.warn('the vault holds secrets of accounts that are not there', { count: strayed.length });
  }
}
