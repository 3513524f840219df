import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import { DatabaseError } from '../database/errors.ts';
import type { Database } from '../database/open.ts';
import { toRow } from './account-row.ts';
import { type Account, accountIdPrefix, findAccount, keepsSecret } from './account.ts';
import { type AccountChanges, type AccountDraft, readDraft, readSecret } from './draft.ts';
import { type AccountListener, KnownAccounts } from './known-accounts.ts';
import { SecretsUnderway } from './secrets-underway.ts';

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

  private constructor(options: AccountStoreOptions) {
    this.#options = options;
    this.#underway = new SecretsUnderway(options);
    this.#known = new KnownAccounts(options);
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

  /** Every account, in the order in which they were added. */
  list(): readonly Account[] {
    return this.#known.all;
  }

  /** The account of an id or a name, in any case. */
  find(idOrName: string): Account | undefined {
    return findAccount(this.#known.all, idOrName);
  }

  /** The secret of the account `id`, from memory where it was read before; undefined where it has none. */
  secret(id: string): Promise<Secret | undefined> {
    return this.#known.secret(id);
  }

  /**
   * Stores a new account: first its secret, then its settings.
   *
   * @throws Problem `account-invalid`, `account-name-taken`, `secret-…`; DatabaseError, Problem of the vault
   */
  async add(draft: AccountDraft, given?: Secret): Promise<Account> {
    const settings = readDraft(draft);
    const secret = readSecret(settings.kind, given);
    await this.#refuseTaken(settings.name);
    const id = accountIdPrefix + randomBytes(8).toString('hex');
    // Later than every other account, so that the order of the list is the order of adding.
    const now = this.#laterThan(Math.max(0, ...this.list().map(({ createdAt }) => createdAt)));
    const account: Account = { id, ...settings, createdAt: now, updatedAt: now };
    const { database } = this.#options;
    const insert = database.query.insertInto('accounts').values(toRow(account));
    await this.#takenExplained(account.name, async () => {
      if (secret === undefined) await database.batch([insert], { durable: true });
      else await this.#underway.store(account.id, secret, insert);
    });
    await this.reload();
    return account;
  }

  /**
   * Changes settings; what is left out stays, `null` takes a value away.
   *
   * @throws Problem `account-unknown`, `account-invalid`, `account-name-taken`; DatabaseError
   */
  async update(idOrName: string, changes: AccountChanges): Promise<Account> {
    for (;;) {
      await this.reload();
      const before = this.#named(idOrName);
      const { id, createdAt, updatedAt, ...settings } = before;
      const changed = readDraft({ ...settings, ...changes, kind: before.kind });
      const after: Account = { id, ...changed, createdAt, updatedAt: this.#laterThan(updatedAt) };
      const { database } = this.#options;
      // Where another process has changed the account since it was read, its changes must not be undone.
      const update = database.query
        .updateTable('accounts')
        .set(toRow(after))
        .where('id', '=', id)
        .where('updated_at', '=', updatedAt);
      const [rows] = await this.#takenExplained(after.name, () =>
        database.batch([update], { durable: true }),
      );
      await this.reload();
      if (rows !== 0) return after;
    }
  }

  /** Gives an account another name; everything else about it stays. @throws as {@link update} */
  rename(idOrName: string, name: string): Promise<Account> {
    return this.update(idOrName, { name });
  }

  /** Switches an account on or off. @throws as {@link update} */
  setEnabled(idOrName: string, enabled: boolean): Promise<Account> {
    return this.update(idOrName, { enabled });
  }

  /** Puts a new secret in the place of the old one. @throws Problem `account-unknown`, `secret-…` */
  async replaceSecret(idOrName: string, given: Secret): Promise<Account> {
    await this.reload();
    const account = this.#named(idOrName);
    const secret = readSecret(account.kind, given);
    if (secret !== undefined) await this.#options.vault.set(account.id, secret);
    this.#known.forgetSecret(account.id);
    // The settings stay, but the account is not what it was: whoever watches it starts afresh.
    return this.update(account.id, {});
  }

  /**
   * Removes an account, what is bound to it, and its secret.
   *
   * @throws Problem `account-unknown`; DatabaseError. A Problem of the vault: the account is gone, and its
   *   secret will be deleted at a later start
   */
  async remove(idOrName: string): Promise<Account> {
    await this.reload();
    const account = this.#named(idOrName);
    const { query } = this.#options.database;
    const removals = [
      query.deleteFrom('accounts').where('id', '=', account.id),
      query.deleteFrom('bindings').where('account_id', '=', account.id),
    ];
    try {
      await this.#underway.remove(account.id, removals);
    } finally {
      await this.reload();
    }
    return account;
  }

  /** Calls `listener` after every change; the returned function ends that. */
  onChange(listener: AccountListener): () => void {
    return this.#known.onChange(listener);
  }

  /** Takes over what another process has changed: settings and secrets. @throws DatabaseError, Problem of the vault */
  reload(): Promise<void> {
    return this.#known.reload();
  }

  /** Ids of secrets in the vault that belong to no account: what is left when a database was lost. */
  async strayedSecrets(): Promise<string[]> {
    const known = new Set(this.list().map(({ id }) => id));
    const awaited = new Set(await this.#underway.ids());
    const ids = await this.#options.vault.ids();
    return ids.filter((id) => id.startsWith(accountIdPrefix) && !known.has(id) && !awaited.has(id));
  }

  /** Ends what the store does by itself. */
  close(): void {
    this.#underway.close();
    this.#known.close();
  }

  async #warn(): Promise<void> {
    const { vault, log } = this.#options;
    const ids = new Set(await vault.ids());
    for (const { id, name, kind } of this.list()) {
      if (keepsSecret(kind) && !ids.has(id))
        log.warn('an account has no secret in the vault', { account: name });
    }
    const strayed = await this.strayedSecrets();
    if (strayed.length > 0)
      log.warn('the vault holds secrets of accounts that are not there', { count: strayed.length });
  }

  #named(idOrName: string): Account {
    const account = this.find(idOrName);
    if (account !== undefined) return account;
    const fix = `\`${ownCommand('auth list')}\` shows the accounts there are.`;
    throw new Problem('account-unknown', `There is no account "${idOrName}".`, fix);
  }

  async #refuseTaken(name: string): Promise<void> {
    await this.reload();
    const taken = this.find(name);
    if (taken !== undefined) throw nameTaken(taken.name);
  }

  /** Two processes may choose one name at one moment: then the database is who notices. */
  async #takenExplained<T>(name: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof DatabaseError && error.sqlite === 'SQLITE_CONSTRAINT_UNIQUE')
        throw nameTaken(name);
      throw error;
    }
  }

  /** Moments of change only go up, whatever the clock does: they tell two versions of an account apart. */
  #laterThan(moment: number): number {
    return Math.max(this.#options.clock.now(), moment + 1);
  }
}

function nameTaken(name: string): Problem {
  const fix = 'Choose another name: names may not differ in case alone.';
  return new Problem('account-name-taken', `There is an account "${name}" already.`, fix);
}
