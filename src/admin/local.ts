import type { ClientKeys } from '../access/client-keys.ts';
import type { ClientKeyChanges, ClientKeyDraft } from '../access/key-draft.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountChanges, AccountDraft } from '../accounts/draft.ts';
import { invalid } from '../accounts/draft.ts';
import type { Seen } from '../accounts/pool.ts';
import { type PortableAccount, toPortable, writeExport } from '../accounts/portable.ts';
import { rotation } from '../accounts/rotation.ts';
import type { AccountStore } from '../accounts/store.ts';
import { take } from '../accounts/take.ts';
import type { Clock } from '../base/clock.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import type { ProviderSettings } from '../config/settings.ts';
import { sealWithPassphrase } from '../credentials/passphrase-seal.ts';
import type { KeyedVault } from '../credentials/vault.ts';
import type {
  AccountView,
  ExportView,
  ImportView,
  RemovalView,
  RotationView,
  TestView,
} from './contract-accounts.ts';
import type { CreatedKey, KeyView } from './contract.ts';
import { LocalKeys } from './local-keys.ts';
import type { ChangedSecrets, Management } from './management.ts';
import { accountView, idleAccountView, type Knows, type TokensOf } from './status.ts';
import { givenBackView } from './sign-in-view.ts';
import type { SignIns } from './sign-ins.ts';
import { localVault, type VaultManagement } from './vault.ts';

export interface LocalOptions {
  readonly accounts: AccountStore;
  readonly keys: ClientKeys;
  readonly vault: KeyedVault;
  readonly clock: Clock;
  /** Asks the upstream of an account something that costs nothing. */
  readonly test?: (account: Account) => Promise<TestView>;
  /** The providers of the settings, by name. */
  readonly providers?: () => ReadonlyMap<string, ProviderSettings>;
  /** The accounts as the running pool sees them; left out where none runs. */
  readonly seen?: () => readonly Seen[];
  /** Makes the running pool forget what it learned about an account. */
  readonly heal?: (id: string) => void;
  readonly signIns: SignIns;
  /** Renews the token of an `oauth` account now; left out where nobody can. @throws Problem refresh-failed */
  readonly refresh?: (account: Account) => Promise<void>;
  /** What a running proxy knows of the tokens of an account, by its id; left out where none runs. */
  readonly tokensOf?: TokensOf;
  /** What accounts have left; left out where no proxy runs. */
  readonly windowsOf?: Knows['windowsOf'];
}

/** Accounts and keys, changed where they are kept: in the proxy itself, or by a command while none runs. */
export class LocalManagement implements Management {
  readonly vault: VaultManagement;
  readonly signIns: SignIns;
  readonly #options: LocalOptions;
  readonly #keys: LocalKeys;

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#keys = new LocalKeys(options);
    this.vault = localVault(options.vault);
    this.signIns = options.signIns;
  }

  listAccounts(): Promise<readonly AccountView[]> {
    return Promise.resolve(this.#options.accounts.list().map((account) => this.#view(account)));
  }

  async getAccount(nameOrId: string): Promise<AccountView> {
    return this.#view(await this.#found(nameOrId));
  }

  async addAccount(draft: AccountDraft, secret?: Secret, proxyLogin?: Secret): Promise<AccountView> {
    const placed = draft.kind === 'oauth' ? this.#placed(draft) : draft;
    return this.#view(await this.#options.accounts.add(placed, secret, { proxyLogin }));
  }

  async changeAccount(
    nameOrId: string,
    changes: AccountChanges,
    secrets: ChangedSecrets = {},
  ): Promise<AccountView> {
    return this.#view(await this.#options.accounts.update(nameOrId, changes, secrets));
  }

  async removeAccount(nameOrId: string, asOf?: string): Promise<RemovalView> {
    const { accounts } = this.#options;
    const account = await this.getAccount(nameOrId);
    const { id, signIn } = account;
    // Where the vault cannot be read the removal says so; and nothing is given back that is still here.
    const tokens = signIn === null ? undefined : await accounts.tokens.read(id).catch(() => undefined);
    await accounts.remove(id, asOf === undefined ? undefined : Date.parse(asOf));
    if (signIn === null || tokens === undefined) return { account, givenBack: null };
    return { account, givenBack: givenBackView(await this.signIns.giveBack(signIn.provider, tokens)) };
  }

  async setAccountEnabled(nameOrId: string, enabled: boolean): Promise<AccountView> {
    const account = await this.#options.accounts.setEnabled(nameOrId, enabled);
    if (enabled) this.#options.heal?.(account.id);
    return this.#view(account);
  }

  async testAccount(nameOrId: string): Promise<TestView> {
    const { test } = this.#options;
    if (test === undefined) throw new TypeError('nobody was handed in who tests accounts');
    return test(await this.#found(nameOrId));
  }

  async refreshAccount(nameOrId: string): Promise<AccountView> {
    const account = await this.#found(nameOrId);
    if (account.kind !== 'oauth') throw refreshUnneeded(account);
    if (this.#options.refresh === undefined) throw refreshImpossible();
    await this.#options.refresh(account);
    return this.getAccount(account.id);
  }

  async rotateAccounts(): Promise<RotationView> {
    const { accounts } = this.#options;
    const { before, next, priorities } = rotation(
      accounts.list(),
      (account) => this.#view(account).standing.is === 'ready',
    );
    for (const [id, priority] of priorities) await accounts.update(id, { priority });
    return { preferred: await this.getAccount(next.id), before: await this.getAccount(before.id) };
  }

  async exportAccounts(names: readonly string[], passphrase: Secret): Promise<ExportView> {
    const { accounts, vault, clock } = this.#options;
    const named = await Promise.all(names.map((name) => this.#found(name)));
    const chosen = named.length > 0 ? named : accounts.list().filter(({ from }) => from === undefined);
    const mounted = chosen.find(({ from }) => from !== undefined);
    if (mounted !== undefined) throw mountedElsewhere(mounted);
    if (chosen.length === 0) throw nothingToExport();
    const portable = await Promise.all(
      chosen.map((account) => toPortable(account, (entry) => vault.get(entry))),
    );
    const sealed = await sealWithPassphrase(writeExport(portable, clock.now()), passphrase);
    return { sealed, names: chosen.map(({ name }) => name) };
  }

  async importAccount(
    portable: PortableAccount,
    options: { readonly replaces: boolean },
  ): Promise<ImportView> {
    const { is, account } = await take(this.#options.accounts, portable, options);
    return { is, account: this.#view(account) };
  }

  listKeys(): Promise<readonly KeyView[]> {
    return this.#keys.listKeys();
  }

  createKey(draft: ClientKeyDraft): Promise<CreatedKey> {
    return this.#keys.createKey(draft);
  }

  changeKey(idOrNameOrPrefix: string, changes: ClientKeyChanges): Promise<KeyView> {
    return this.#keys.changeKey(idOrNameOrPrefix, changes);
  }

  revokeKey(idOrNameOrPrefix: string): Promise<KeyView> {
    return this.#keys.revokeKey(idOrNameOrPrefix);
  }

  localKey(): Promise<Secret> {
    return this.#keys.localKey();
  }

  #found(nameOrId: string): Promise<Account> {
    const account = this.#options.accounts.find(nameOrId);
    if (account !== undefined) return Promise.resolve(account);
    const fix = `\`${ownCommand('auth list')}\` shows the accounts there are.`;
    return Promise.reject(new Problem('account-unknown', `There is no account "${nameOrId}".`, fix));
  }

  /** Tokens of a provider are good nowhere but where it says, so no default of ours will do. */
  #placed(draft: AccountDraft): AccountDraft {
    const all = this.#options.providers?.();
    const name = draft.provider;
    if (all === undefined || name === undefined || name === null) return draft;
    const provider = all.get(name);
    if (provider === undefined) throw providerUnknown(name, [...all.keys()]);
    const baseUrl = draft.baseUrl ?? provider.baseUrl;
    if (baseUrl !== undefined) return { ...draft, baseUrl };
    throw invalid([`baseUrl: must say where its calls go, as providers.${name}.base_url does not`]);
  }

  #view(account: Account): AccountView {
    const { accounts, seen } = this.#options;
    const tokensOf = this.#options.tokensOf ?? accounts.tokens.latest.bind(accounts.tokens);
    const found = seen?.().find((one) => one.account.id === account.id);
    return found === undefined
      ? idleAccountView(account, accounts.missing.get(account.id), tokensOf)
      : accountView({ ...found, account }, { tokensOf, windowsOf: this.#options.windowsOf });
  }
}

function providerUnknown(name: string, known: readonly string[]): Problem {
  const has = known.length === 0 ? 'The settings have none' : `The settings have ${known.join(', ')}`;
  const fix = `${has}; [providers.${name}] in config.toml adds it, and docs/accounts.md has examples.`;
  return new Problem('provider-unknown', `There is no provider "${name}" in the settings.`, fix);
}

function refreshUnneeded({ name, kind }: Account): Problem {
  const title = `"${name}" is an account of the kind ${kind}: there is nothing to renew.`;
  return new Problem(
    'refresh-unneeded',
    title,
    'Only accounts of the kind oauth have tokens that are renewed.',
  );
}

function refreshImpossible(): Problem {
  const fix = `Sign in again: \`${ownCommand('auth login NAME')}\`.`;
  return new Problem('refresh-impossible', 'Tokens cannot be renewed here.', fix);
}

function mountedElsewhere({ name, from }: Account): Problem {
  const title = `The account "${name}" stands in ${from ?? 'a file'}, not here.`;
  return new Problem('account-mounted', title, 'Take that file along instead.');
}

function nothingToExport(): Problem {
  const fix = `Add one first: \`${ownCommand('auth add NAME')}\`.`;
  return new Problem('nothing-to-export', 'There is no account to export.', fix);
}
