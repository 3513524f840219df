import type { Compilable } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { NewSecrets, Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import { entriesOf } from './vault-entries.ts';

/** Longer than storing a secret can take, the wait for the vault's lock included. */
const abandonedAfterMs = 120_000;

/**
 * Secrets on their way into or out of the vault. The vault and the database cannot commit together, so the
 * database notes beforehand which secret is about to change, and strikes the note out when both agree. After
 * a crash the note says which secret no account needs. A secret without a note is never deleted: a database
 * that was lost or put back from a backup must not take the secrets with it.
 */
export class SecretsUnderway {
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #log: Log;
  #cancel: (() => void) | undefined;

  constructor({ database, vault, clock, log }: { database: Database; vault: Vault; clock: Clock; log: Log }) {
    this.#database = database;
    this.#vault = vault;
    this.#clock = clock;
    this.#log = log;
  }

  /** Stores the secrets of the new account `id`, then carries out `insert`, which makes the account. */
  async store(id: string, secrets: NewSecrets, insert: Compilable): Promise<void> {
    await this.#database.batch([this.#note(id)], { durable: true });
    try {
      await this.#vault.setAll(secrets);
      await this.#database.batch([insert, this.#strike(id)], { durable: true });
    } catch (error) {
      // Cleared up at once where that is possible, else at a later start.
      await this.#discard(id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Puts the entry of an account that it names by itself (`after`, with its secret) in the place of another
   * (`before`); either may be none. `change` makes the account name the new one, or throws.
   */
  async exchange<T>(
    before: string | undefined,
    after: { readonly entry: string; readonly secret: Secret } | undefined,
    change: () => Promise<T>,
  ): Promise<T> {
    const entries = [before, after?.entry].filter((entry) => entry !== undefined);
    if (entries.length > 0) {
      const notes = entries.map((entry) => this.#note(entry));
      await this.#database.batch(notes, { durable: true });
    }
    try {
      if (after !== undefined) await this.#vault.set(after.entry, after.secret);
      return await change();
    } finally {
      // Whether it went well or not: the account says which of the two it needs.
      for (const entry of entries) await this.#settle(entry).catch(() => undefined);
    }
  }

  /** Carries out `removals`, which remove the account, then deletes its secrets. */
  async remove(id: string, removals: readonly Compilable[]): Promise<void> {
    await this.#database.batch([...removals, this.#note(id)], { durable: true });
    await this.#discard(id);
  }

  /** Ids of the accounts and entries that are underway now, or were when somebody crashed. */
  async ids(): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('account_secrets_underway')
      .select('account_id')
      .execute();
    return rows.map((row) => row.account_id);
  }

  /**
   * Deletes the secrets a crash left behind. What another process may be at work on right now is looked at
   * again later.
   */
  async finish(): Promise<void> {
    const { query } = this.#database;
    const rows = await query.selectFrom('account_secrets_underway').selectAll().execute();
    const now = this.#clock.now();
    for (const { account_id: id, since } of rows) {
      // A moment in the future was written by a clock that has been put right since.
      if (Math.abs(now - since) < abandonedAfterMs) continue;
      this.#log.warn('the change of a secret was cut short; what no account needs is deleted', { id });
      await this.#settle(id);
    }
    if (rows.some(({ since }) => Math.abs(now - since) < abandonedAfterMs)) this.#finishLater();
  }

  close(): void {
    this.#cancel?.();
  }

  #finishLater(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(abandonedAfterMs, () => {
      this.finish().catch((error: unknown) => {
        this.#log.warn('secrets left behind could not be deleted', { reason: messageOf(error) });
      });
    });
  }

  /** Keeps what an account names, deletes the rest; either way there is nothing underway any more. */
  async #settle(id: string): Promise<void> {
    if (await this.#isNamed(id)) await this.#database.batch([this.#strike(id)], { durable: true });
    else await this.#discard(id);
  }

  async #isNamed(id: string): Promise<boolean> {
    const named = await this.#database.query
      .selectFrom('accounts')
      .select('id')
      .where((where) => where.or([where('id', '=', id), where('proxy_login', '=', id)]))
      .executeTakeFirst();
    return named !== undefined;
  }

  async #discard(id: string): Promise<void> {
    const entries = entriesOf(id, await this.#vault.ids());
    await this.#vault.setAll(new Map(entries.map((entry) => [entry, undefined])));
    await this.#database.batch([this.#strike(id)], { durable: true });
  }

  #note(id: string): Compilable {
    const since = this.#clock.now();
    return this.#database.query
      .insertInto('account_secrets_underway')
      .values({ account_id: id, since })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ since }));
  }

  #strike(id: string): Compilable {
    return this.#database.query.deleteFrom('account_secrets_underway').where('account_id', '=', id);
  }
}
