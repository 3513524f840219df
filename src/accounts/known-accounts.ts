import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import type { AccountRow } from '../database/tables.ts';
import { fromRow } from './account-row.ts';
import type { Account } from './account.ts';

/** Told of every change, with all accounts as they are afterwards. */
export type AccountListener = (accounts: readonly Account[]) => void;

/** The accounts as memory knows them: settings, and the secrets that somebody has asked for. */
export class KnownAccounts {
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #log: Log;
  readonly #listeners = new Set<AccountListener>();
  readonly #secrets = new Map<string, Secret>();
  #accounts: readonly Account[] = [];
  /** Counts what changes secrets, so that one read before a change is not kept after it. */
  #changes = 0;

  constructor({ database, vault, log }: { database: Database; vault: Vault; log: Log }) {
    this.#database = database;
    this.#vault = vault;
    this.#log = log;
  }

  get all(): readonly Account[] {
    return this.#accounts;
  }

  async secret(id: string): Promise<Secret | undefined> {
    const before = this.#secrets.get(id);
    if (before !== undefined) return before;
    const changes = this.#changes;
    const secret = await this.#vault.get(id);
    if (secret !== undefined && changes === this.#changes) this.#secrets.set(id, secret);
    return secret;
  }

  forgetSecret(id: string): void {
    this.#changes += 1;
    this.#secrets.delete(id);
  }

  onChange(listener: AccountListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Reads everything again and tells whoever listens, if anything is new. */
  async reload(): Promise<void> {
    const rows = await this.#database.query
      .selectFrom('accounts')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const before = this.#accounts;
    this.#accounts = rows.flatMap((row) => this.#read(row));
    this.#changes += 1;
    const hasNewSecret = await this.#refreshSecrets();
    if (hasNewSecret || !areSame(before, this.#accounts)) this.#tell();
  }

  close(): void {
    this.#listeners.clear();
  }

  /** An account this version cannot read is left out, not lost: its row stays as it is. */
  #read(row: AccountRow): Account[] {
    try {
      return [fromRow(row)];
    } catch (error) {
      this.#log.error('an account cannot be read', { id: row.id, name: row.name, reason: messageOf(error) });
      return [];
    }
  }

  /** Reads again, of the secrets in memory, those that another process has replaced; whether there were any. */
  async #refreshSecrets(): Promise<boolean> {
    const known = new Set(this.#accounts.map(({ id }) => id));
    let hasChanged = false;
    for (const [id, before] of this.#secrets) {
      const after = known.has(id) ? await this.#vault.get(id) : undefined;
      if (after?.reveal() === before.reveal()) continue;
      hasChanged ||= known.has(id);
      if (after === undefined) this.#secrets.delete(id);
      else this.#secrets.set(id, after);
    }
    return hasChanged;
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener(this.#accounts);
      } catch (error) {
        this.#log.error('a listener to account changes failed', { reason: messageOf(error) });
      }
    }
  }
}

function areSame(before: readonly Account[], after: readonly Account[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((account, at) => {
    const other = after[at];
    return account.id === other?.id && account.updatedAt === other.updatedAt;
  });
}
