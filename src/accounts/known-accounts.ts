import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { isSameValue } from '../base/same-value.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { AccountRow } from '../database/tables.ts';
import { fromRow } from './account-row.ts';
import type { AccountTable } from './account-table.ts';
import { AccountTokens } from './account-tokens.ts';
import { type Account, keepsSecret, nameKey } from './account.ts';
import type { Lack } from './standing.ts';

/** Told of every change, with all accounts as they are afterwards. */
export type AccountListener = (accounts: readonly Account[]) => void;

/** An account that a mounted file describes, with what the file says of its secrets. */
export interface MountedAccount {
  readonly account: Account;
  /** By the entry the vault would have for it: the account's id, its `proxyLogin`. */
  readonly secrets: ReadonlyMap<string, Secret>;
}

/** The accounts as memory knows them: settings, and the secrets that somebody has asked for. */
export class KnownAccounts {
  readonly tokens: AccountTokens;
  readonly #table: AccountTable;
  readonly #vault: Vault;
  readonly #log: Log;
  readonly #listeners = new Set<AccountListener>();
  readonly #secrets = new Map<string, Secret>();
  #accounts: readonly Account[] = [];
  #mounted: readonly MountedAccount[] = [];
  #mountedSecrets: ReadonlyMap<string, Secret> = new Map();
  /** Those that have no secret. */
  #lacking: ReadonlyMap<string, Lack> = new Map();
  /** Those, and the ones whose tokens are over. */
  #missing: ReadonlyMap<string, Lack> = new Map();
  /** Names of mounted accounts that stored ones have, so that each is told of once. */
  #hidden = '';
  /** Counts what changes secrets, so that one read before a change is not kept after it. */
  #changes = 0;

  constructor({ table, vault, clock, log }: { table: AccountTable; vault: Vault; clock: Clock; log: Log }) {
    this.#table = table;
    this.#vault = vault;
    this.#log = log;
    this.tokens = new AccountTokens(vault, clock);
  }

  get all(): readonly Account[] {
    return this.#accounts;
  }

  /** The accounts that have no secret, or none that is good for anything, by id. */
  get missing(): ReadonlyMap<string, Lack> {
    return this.#missing;
  }

  /** The secret under an entry of the vault, or of a mounted file. */
  async secret(entry: string): Promise<Secret | undefined> {
    const before = this.#mountedSecrets.get(entry) ?? this.#secrets.get(entry);
    if (before !== undefined) return before;
    const changes = this.#changes;
    const secret = await this.#vault.get(entry);
    if (secret !== undefined && changes === this.#changes) this.#secrets.set(entry, secret);
    return secret;
  }

  forgetSecret(entry: string): void {
    this.#changes += 1;
    this.#secrets.delete(entry);
  }

  onChange(listener: AccountListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Takes what the mounted files say now, behind the stored accounts. @throws DatabaseError */
  async mount(mounted: readonly MountedAccount[]): Promise<void> {
    this.#mounted = mounted;
    await this.reload();
  }

  /** Reads everything again and tells whoever listens, if anything is new. */
  async reload(): Promise<void> {
    const rows = await this.#table.rows();
    const before = this.#accounts;
    const stored = rows.flatMap((row) => this.#read(row));
    const shown = this.#besides(stored);
    this.#accounts = [...stored, ...shown.map(({ account }) => account)];
    this.#mountedSecrets = new Map(shown.flatMap(({ secrets }) => [...secrets]));
    this.#changes += 1;
    await this.#lookForSecrets(stored);
    const hasNewSecret = await this.#refreshSecrets();
    const hasNewLack = this.#noteMissing();
    if (hasNewSecret || hasNewLack || !areSame(before, this.#accounts)) this.#tell();
  }

  /** Looks again at whose tokens are over, and tells whoever listens where that is new. */
  noteTokens(): void {
    if (this.#noteMissing()) this.#tell();
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

  /** The mounted accounts whose names no stored one has: a name goes on meaning what a command stored. */
  #besides(stored: readonly Account[]): MountedAccount[] {
    const taken = new Set(stored.map(({ name }) => nameKey(name)));
    const isHidden = ({ account }: MountedAccount): boolean => taken.has(nameKey(account.name));
    const hidden = this.#mounted.filter(isHidden).map(({ account }) => account);
    const names = hidden.map(({ name }) => name).join(', ');
    if (hidden.length > 0 && names !== this.#hidden) {
      const advice = 'rename or remove the stored ones, or name those of the file otherwise';
      const from = hidden[0]?.from ?? '';
      this.#log.error('mounted accounts are left out: stored ones have their names', { names, from, advice });
    }
    this.#hidden = names;
    return this.#mounted.filter((each) => !isHidden(each));
  }

  /** Which accounts have no secret. A vault that cannot be read now takes nothing away: who needs it hears of it. */
  async #lookForSecrets(stored: readonly Account[]): Promise<void> {
    try {
      const entries = new Set(await this.#vault.ids());
      const lacking = stored.filter(({ id, kind }) => keepsSecret(kind) && !entries.has(id));
      this.#lacking = new Map(lacking.map(({ id, kind }) => [id, { reason: reasons[kind] }]));
      const signedIn = stored.filter(({ id, kind }) => kind === 'oauth' && entries.has(id));
      await this.tokens.reload(signedIn.map(({ id }) => id));
    } catch (error) {
      this.#log.warn('the vault cannot be read', { reason: messageOf(error) });
    }
  }

  /** Whether other accounts cannot be used than before, or for other reasons. */
  #noteMissing(): boolean {
    const missing = new Map(this.#lacking);
    for (const { id, kind } of this.#accounts) {
      const lack = kind === 'oauth' && !missing.has(id) ? this.tokens.lackOf(id) : undefined;
      if (lack !== undefined) missing.set(id, lack);
    }
    const isNew = !isSameValue(missing, this.#missing);
    this.#missing = missing;
    return isNew;
  }

  /** Reads again, of the secrets in memory, those that another process has replaced; whether there were any. */
  async #refreshSecrets(): Promise<boolean> {
    const known = new Set(this.#accounts.flatMap(({ id, proxyLogin }) => [id, proxyLogin ?? id]));
    let hasChanged = false;
    for (const [entry, before] of this.#secrets) {
      const after = known.has(entry) ? await this.#vault.get(entry) : undefined;
      if (after?.reveal() === before.reveal()) continue;
      hasChanged ||= known.has(entry);
      if (after === undefined) this.#secrets.delete(entry);
      else this.#secrets.set(entry, after);
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

const reasons = {
  'api-key': 'it has no key yet',
  token: 'it has no token yet',
  oauth: 'not signed in yet',
  passthrough: '',
} as const satisfies Record<Account['kind'], string>;

function areSame(before: readonly Account[], after: readonly Account[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((account, at) => {
    const other = after[at];
    return account.id === other?.id && account.updatedAt === other.updatedAt;
  });
}
