import type { ClientKey, ClientKeys } from '../access/client-keys.ts';
import type { ClientKeyDraft } from '../access/key-draft.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountDraft } from '../accounts/draft.ts';
import type { Seen } from '../accounts/pool.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import type { KeyedVault } from '../credentials/vault.ts';
import type { AccountView, CreatedKey, KeyView } from './contract.ts';
import type { Management } from './management.ts';
import { accountView, idleAccountView, moment } from './status.ts';
import { localVault, type VaultManagement } from './vault.ts';

export interface LocalOptions {
  readonly accounts: AccountStore;
  readonly keys: ClientKeys;
  readonly vault: KeyedVault;
  readonly clock: Clock;
  /** The accounts as the running pool sees them; left out where none runs. */
  readonly seen?: () => readonly Seen[];
  /** Makes the running pool forget what it learned about an account. */
  readonly heal?: (id: string) => void;
}

/** Where the vault keeps the key of this machine's own commands. */
const localKeyId = 'client-key:local';
const localKeyName = 'this machine';

/** Accounts and keys, changed where they are kept: in the proxy itself, or by a command while none runs. */
export class LocalManagement implements Management {
  readonly vault: VaultManagement;
  readonly #options: LocalOptions;
  #localKey: Promise<Secret> | undefined;

  constructor(options: LocalOptions) {
    this.#options = options;
    this.vault = localVault(options.vault);
  }

  listAccounts(): Promise<readonly AccountView[]> {
    return Promise.resolve(this.#options.accounts.list().map((account) => this.#view(account)));
  }

  getAccount(nameOrId: string): Promise<AccountView> {
    const account = this.#options.accounts.find(nameOrId);
    if (account !== undefined) return Promise.resolve(this.#view(account));
    const fix = `\`${ownCommand('auth list')}\` shows the accounts there are.`;
    return Promise.reject(new Problem('account-unknown', `There is no account "${nameOrId}".`, fix));
  }

  async addAccount(draft: AccountDraft, secret?: Secret): Promise<AccountView> {
    return this.#view(await this.#options.accounts.add(draft, secret));
  }

  async removeAccount(nameOrId: string): Promise<AccountView> {
    const before = await this.getAccount(nameOrId);
    await this.#options.accounts.remove(before.id);
    return before;
  }

  async setAccountEnabled(nameOrId: string, enabled: boolean): Promise<AccountView> {
    const account = await this.#options.accounts.setEnabled(nameOrId, enabled);
    if (enabled) this.#options.heal?.(account.id);
    return this.#view(account);
  }

  listKeys(): Promise<readonly KeyView[]> {
    const now = this.#options.clock.now();
    return Promise.resolve(this.#options.keys.list().map((key) => keyView(key, now)));
  }

  async createKey(draft: ClientKeyDraft): Promise<CreatedKey> {
    const { key, secret } = await this.#options.keys.create(draft);
    return { key: secret.reveal(), view: keyView(key, this.#options.clock.now()) };
  }

  async revokeKey(idOrNameOrPrefix: string): Promise<KeyView> {
    const { keys, clock } = this.#options;
    const id = idOrNameOrPrefix.startsWith(product.keyPrefix)
      ? idOfBeginning(keys.list(), idOrNameOrPrefix)
      : undefined;
    return keyView(await keys.revoke(id ?? idOrNameOrPrefix), clock.now());
  }

  localKey(): Promise<Secret> {
    // Two commands at once would make two keys of one name.
    this.#localKey ??= this.#findOrMakeLocalKey().finally(() => {
      this.#localKey = undefined;
    });
    return this.#localKey;
  }

  async #findOrMakeLocalKey(): Promise<Secret> {
    const kept = await this.#keptLocalKey();
    if (kept !== undefined) return kept;
    try {
      return await this.#newLocalKey();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'key-name-taken') throw error;
    }
    // Another process was quicker; or a crash left a key of this name whose text nobody has.
    const theirs = await this.#keptLocalKey();
    if (theirs !== undefined) return theirs;
    await this.#options.keys.revoke(localKeyName);
    return this.#newLocalKey();
  }

  async #keptLocalKey(): Promise<Secret | undefined> {
    const { keys, vault } = this.#options;
    const kept = await vault.get(localKeyId);
    if (kept === undefined) return undefined;
    if (keys.authenticate(kept.reveal()).is === 'unknown') await keys.reload();
    return keys.authenticate(kept.reveal()).is === 'known' ? kept : undefined;
  }

  async #newLocalKey(): Promise<Secret> {
    const { keys, vault } = this.#options;
    const { secret } = await keys.create({ name: localKeyName, owner: 'commands of this machine' });
    await vault.set(localKeyId, secret);
    return secret;
  }

  #view(account: Account): AccountView {
    const seen = this.#options.seen?.().find((one) => one.account.id === account.id);
    return seen === undefined ? idleAccountView(account) : accountView({ ...seen, account });
  }
}

/** The key that begins like `text`; a whole key is its own beginning. Only as much is known as its hint. */
function idOfBeginning(all: readonly ClientKey[], text: string): string | undefined {
  const found = all.filter(
    ({ hint, revokedAt }) => revokedAt === undefined && (hint.startsWith(text) || text.startsWith(hint)),
  );
  if (found.length < 2) return found[0]?.id;
  const names = found.map(({ name }) => `"${name}"`).join(', ');
  const fix = `Revoke one by its name or id: \`${ownCommand('keys list --json')}\` shows them.`;
  throw new Problem('key-ambiguous', `Several keys begin like that: ${names}.`, fix);
}

function keyView(key: ClientKey, now: number): KeyView {
  const at = (ms: number | undefined): string | null => (ms === undefined ? null : moment(ms));
  const isOver = key.expiresAt !== undefined && key.expiresAt <= now;
  return {
    id: key.id,
    name: key.name,
    owner: key.owner,
    hint: key.hint,
    state: key.revokedAt !== undefined ? 'revoked' : isOver ? 'expired' : 'active',
    createdAt: moment(key.createdAt),
    expiresAt: at(key.expiresAt),
    revokedAt: at(key.revokedAt),
    lastUsedAt: at(key.lastUsedAt),
    models: key.models ?? [],
    accounts: key.accounts ?? [],
    requestsPerMinute: key.requestsPerMinute ?? null,
    callsAtOnce: key.callsAtOnce ?? null,
  };
}
