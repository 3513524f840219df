import type { Clock } from '../base/clock.ts';
import { randomBytes } from '../base/hash.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Database } from '../database/open.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { type AccountTable, nameExplained, nameTaken } from './account-table.ts';
import { type Account, accountIdPrefix, findAccount } from './account.ts';
import {
  type AccountChanges,
  type AccountDraft,
  type AccountSettings,
  invalid,
  readDraft,
  settingsOf,
} from './draft.ts';
import { readProxyLogin, readSecret } from './given-secrets.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { SecretsUnderway } from './secrets-underway.ts';
import { toStored } from './stored-tokens.ts';
import { newProxyLogin } from './vault-entries.ts';

/** What comes with a new account beside its settings. */
export interface NewAccount {
  readonly secret?: Secret | undefined;
  /** Of an `oauth` account that was signed in elsewhere. */
  readonly tokens?: TokenSet | undefined;
  /** `user:password` for its outbound proxy. */
  readonly proxyLogin?: Secret | undefined;
  /** The id it had elsewhere; where that is taken here, it gets another. */
  readonly id?: string | undefined;
  /** Its secret comes later; until then it stands signed out. */
  readonly mayLackSecret?: boolean | undefined;
}

/** New secrets of an account that is there; what is left out stays. */
export interface GivenSecrets {
  readonly secret?: Secret | undefined;
  /** Of an `oauth` account: what a sign-in gave. */
  readonly tokens?: TokenSet | undefined;
  /** `user:password` for its outbound proxy; `null` takes it away. */
  readonly proxyLogin?: Secret | null | undefined;
}

export interface AccountWriterOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly table: AccountTable;
  readonly underway: SecretsUnderway;
  readonly known: KnownAccounts;
}

/** Writes accounts: first what is checked, then the secrets, then the settings that name them. */
export class AccountWriter {
  readonly #options: AccountWriterOptions;

  constructor(options: AccountWriterOptions) {
    this.#options = options;
  }

  async add(draft: AccountDraft, more: NewAccount): Promise<Account> {
    const { table, database, underway, known } = this.#options;
    const settings = readDraft(draft);
    const secrets = secretsOf(settings, more, this.#options.clock.now());
    await this.#refuseTaken(settings.name);
    const id = this.#freeId(more.id);
    const login = more.proxyLogin === undefined ? undefined : readProxyLogin(more.proxyLogin);
    if (login !== undefined && settings.proxy === undefined) throw withoutProxy();
    const proxyLogin = login === undefined ? undefined : newProxyLogin(id);
    // Later than every other account, so that the order of the list is the order of adding.
    const now = this.#laterThan(Math.max(0, ...known.all.map(({ createdAt }) => createdAt)));
    const moments = { createdAt: now, updatedAt: now, credentialAt: now };
    const account = { id, ...settings, ...(proxyLogin !== undefined && { proxyLogin }), ...moments };
    const entries = new Map<string, Secret>();
    if (secrets !== undefined) entries.set(id, secrets);
    if (login !== undefined && proxyLogin !== undefined) entries.set(proxyLogin, login);
    const insertion = table.insertion(account);
    await nameExplained(account.name, async () => {
      if (entries.size === 0) await database.batch([insertion], { durable: true });
      else await underway.store(id, entries, insertion);
    });
    await known.reload();
    return account;
  }

  async update(idOrName: string, changes: AccountChanges, given: GivenSecrets): Promise<Account> {
    const { known, vault } = this.#options;
    await known.reload();
    const before = this.changeable(idOrName);
    const { id, kind } = before;
    const secret = given.secret === undefined ? undefined : readSecret(kind, given.secret);
    const login = given.proxyLogin && readProxyLogin(given.proxyLogin);
    // Checked whole before anything is stored.
    const wanted = changed(before, changes);
    if (login && wanted.proxy === undefined) throw withoutProxy();
    this.#refuseOthersName(id, wanted.name);
    if (secret !== undefined) await vault.set(id, secret);
    if (given.tokens !== undefined && kind === 'oauth') await known.tokens.store(id, given.tokens);
    const isAnew = secret !== undefined || given.tokens !== undefined;
    if (isAnew) known.forgetSecret(id);
    for (;;) {
      const current = await this.#still(id, isAnew);
      const after = await this.#replaceOnce(current, changes, login, isAnew);
      await known.reload();
      if (after !== undefined) return after;
    }
  }

  /** The account as it is now. Where another process has just removed it, its new secret goes as well. */
  async #still(id: string, hasNewSecret: boolean): Promise<Account> {
    try {
      return this.changeable(id);
    } catch (error) {
      if (hasNewSecret) await this.#options.vault.delete(id);
      throw error;
    }
  }

  async remove(idOrName: string, asOf?: number): Promise<Account> {
    const { known, table, underway } = this.#options;
    await known.reload();
    const account = this.changeable(idOrName);
    if (asOf !== undefined && account.updatedAt !== asOf) throw changedSince(account);
    try {
      await underway.remove(account.id, table.removals(account.id));
    } finally {
      await known.reload();
    }
    return account;
  }

  /** The account that is meant. @throws Problem `account-unknown`, `account-mounted` */
  changeable(idOrName: string): Account {
    const account = findAccount(this.#options.known.all, idOrName);
    if (account === undefined) {
      const fix = `\`${ownCommand('auth list')}\` shows the accounts there are.`;
      throw new Problem('account-unknown', `There is no account "${idOrName}".`, fix);
    }
    if (account.from === undefined) return account;
    throw new Problem(
      'account-mounted',
      `The account "${account.name}" stands in ${account.from}; commands do not change it.`,
      'Change that file: the running proxy takes it over within a second.',
    );
  }

  /** The changed account; undefined where another process was quicker. */
  async #replaceOnce(
    before: Account,
    changes: AccountChanges,
    login: Secret | null | undefined,
    isAnew: boolean,
  ): Promise<Account | undefined> {
    const { id, createdAt, proxyLogin: oldLogin } = before;
    const settings = changed(before, changes);
    const updatedAt = this.#laterThan(before.updatedAt);
    // What one proxy wants to know is never told to another one.
    const kept = login === undefined && settings.proxy === before.proxy ? oldLogin : undefined;
    const fresh = login ? { entry: newProxyLogin(id), secret: login } : undefined;
    const proxyLogin = fresh?.entry ?? kept;
    const after: Account = {
      id,
      ...settings,
      ...(proxyLogin !== undefined && { proxyLogin }),
      createdAt,
      updatedAt,
      credentialAt: isAnew ? updatedAt : before.credentialAt,
    };
    const { table, underway } = this.#options;
    const replacing = (): Promise<boolean> => table.replace(before, after);
    const isDone =
      proxyLogin === oldLogin ? await replacing() : await underway.exchange(oldLogin, fresh, replacing);
    return isDone ? after : undefined;
  }

  async #refuseTaken(name: string): Promise<void> {
    await this.#options.known.reload();
    const taken = findAccount(this.#options.known.all, name);
    if (taken !== undefined) throw nameTaken(taken.name);
  }

  /** Stored accounts are told apart by the database; this is about those of mounted files. */
  #refuseOthersName(id: string, name: string): void {
    const other = findAccount(this.#options.known.all, name);
    if (other !== undefined && other.id !== id) throw nameTaken(other.name);
  }

  #freeId(wanted: string | undefined): string {
    const isFree =
      wanted !== undefined &&
      /^acc_[0-9a-f]{16}$/.test(wanted) &&
      findAccount(this.#options.known.all, wanted) === undefined;
    return isFree ? wanted : accountIdPrefix + randomBytes(8).toString('hex');
  }

  /** Moments of change only go up, whatever the clock does: they tell two versions of an account apart. */
  #laterThan(moment: number): number {
    return Math.max(this.#options.clock.now(), moment + 1);
  }
}

/** What the vault keeps under the id of a new account. */
function secretsOf({ kind }: AccountSettings, more: NewAccount, now: number): Secret | undefined {
  if (kind === 'oauth' && more.tokens !== undefined) return toStored({ keptAt: now, ...more.tokens });
  if (more.mayLackSecret === true && more.secret === undefined) return undefined;
  return readSecret(kind, more.secret);
}

/** The settings of `account` with `changes`. @throws Problem `account-invalid` */
function changed(account: Account, changes: AccountChanges): AccountSettings {
  const fixed = (['kind', 'provider'] as const).filter((setting) => {
    const wanted: unknown = Reflect.get(changes, setting);
    return wanted !== undefined && wanted !== account[setting];
  });
  // Another kind has another secret; and what one provider gave is never shown to another.
  if (fixed.length > 0) throw invalid(fixed.map((setting) => `${setting}: is fixed; add another account`));
  return readDraft({ ...settingsOf(account), ...changes });
}

function changedSince({ name }: Account): Problem {
  const title = `Somebody has changed the account "${name}" meanwhile; it stays.`;
  return new Problem('account-changed', title, 'Look at it, and remove it if it is still to go.');
}

function withoutProxy(): Problem {
  return invalid(['proxyLogin: goes with an outbound proxy']);
}
