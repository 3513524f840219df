import type { ClientKeyChanges, ClientKeyDraft } from '../access/key-draft.ts';
import type { GivenSecrets } from '../accounts/account-writer.ts';
import type { AccountChanges, AccountDraft } from '../accounts/draft.ts';
import type { PortableAccount } from '../accounts/portable.ts';
import type { Secret } from '../base/secret.ts';
import type {
  AccountView,
  ExportView,
  ImportView,
  RemovalView,
  RotationView,
  TestView,
} from './contract-accounts.ts';
import type { CreatedKey, KeyView } from './contract.ts';
import type { SignInManagement } from './sign-ins.ts';
import type { VaultManagement } from './vault.ts';

/** New secrets for an account that is there; a sign-in is not given by hand. */
export type ChangedSecrets = Omit<GivenSecrets, 'tokens'>;

/**
 * Everything commands and the page may do to accounts and keys. {@link LocalManagement} does it,
 * {@link RemoteManagement} asks a running proxy to do it: there is one writer.
 */
export interface Management {
  listAccounts(): Promise<readonly AccountView[]>;
  /** @throws Problem account-unknown */
  getAccount(nameOrId: string): Promise<AccountView>;
  /**
   * Adds an account, with `user:password` for its outbound proxy where that wants it. Without a `baseUrl` an
   * `oauth` account goes where its provider says.
   *
   * @throws Problem account-invalid, account-name-taken, provider-unknown, secret-missing, secret-invalid,
   *   secret-unwanted, proxy-login-invalid, vault and database problems
   */
  addAccount(draft: AccountDraft, secret?: Secret, proxyLogin?: Secret): Promise<AccountView>;
  /**
   * Changes settings and secrets; `null` takes a value away.
   *
   * @throws Problem account-unknown, account-mounted, and as `addAccount`
   */
  changeAccount(nameOrId: string, changes: AccountChanges, secrets?: ChangedSecrets): Promise<AccountView>;
  /**
   * Removes the account and its secrets, then gives its tokens back to their provider, as well as that goes. With
   * `asOf` (its `updatedAt`) only the version that somebody has seen.
   *
   * @throws Problem account-unknown, account-mounted, account-changed
   */
  removeAccount(nameOrId: string, asOf?: string): Promise<RemovalView>;
  /** Switching on also forgets that it was signed out or resting. @throws Problem account-unknown, account-mounted */
  setAccountEnabled(nameOrId: string, enabled: boolean): Promise<AccountView>;
  /** Asks its upstream something that costs nothing. @throws Problem account-unknown */
  testAccount(nameOrId: string): Promise<TestView>;
  /** Renews the token of an `oauth` account now. @throws Problem account-unknown, refresh-unneeded, refresh-failed */
  refreshAccount(nameOrId: string): Promise<AccountView>;
  /** Makes the next account the preferred one. @throws Problem nothing-to-rotate */
  rotateAccounts(): Promise<RotationView>;
  /**
   * The stored accounts of these names (all where none is given) with their secrets, sealed.
   *
   * @throws Problem account-unknown, account-mounted, nothing-to-export
   */
  exportAccounts(names: readonly string[], passphrase: Secret): Promise<ExportView>;
  /** Takes an account from elsewhere. @throws Problem as `addAccount`, account-mounted, import-mismatch */
  importAccount(account: PortableAccount, options: { readonly replaces: boolean }): Promise<ImportView>;

  listKeys(): Promise<readonly KeyView[]>;
  /** @throws Problem key-invalid, key-name-taken */
  createKey(draft: ClientKeyDraft): Promise<CreatedKey>;
  /**
   * Changes what was decided about a key; `null` takes a limit away.
   *
   * @throws Problem key-unknown, key-ambiguous, key-invalid
   */
  changeKey(idOrNameOrPrefix: string, changes: ClientKeyChanges): Promise<KeyView>;
  /** By id, name, or an unambiguous beginning of the key. @throws Problem key-unknown, key-ambiguous */
  revokeKey(idOrNameOrPrefix: string): Promise<KeyView>;
  /** The key for clients that this machine's own commands start; made at its first use. */
  localKey(): Promise<Secret>;

  readonly vault: VaultManagement;
  readonly signIns: SignInManagement;
}
