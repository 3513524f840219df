import type { ClientKeyDraft } from '../access/key-draft.ts';
import type { AccountDraft } from '../accounts/draft.ts';
import type { Secret } from '../base/secret.ts';
import type { AccountView, CreatedKey, KeyView } from './contract.ts';
import type { VaultManagement } from './vault.ts';

/**
 * Everything commands and the page may do to accounts and keys. {@link LocalManagement} does it,
 * {@link RemoteManagement} asks a running proxy to do it: there is one writer.
 */
export interface Management {
  listAccounts(): Promise<readonly AccountView[]>;
  /** @throws Problem account-unknown */
  getAccount(nameOrId: string): Promise<AccountView>;
  /** @throws Problem account-invalid, account-name-taken, secret-missing, secret-invalid, secret-unwanted, vault and database problems */
  addAccount(draft: AccountDraft, secret?: Secret): Promise<AccountView>;
  /** Removes the account and its secret; resolves with what was removed. @throws Problem account-unknown */
  removeAccount(nameOrId: string): Promise<AccountView>;
  /** Switching on also forgets that it was signed out or resting. @throws Problem account-unknown */
  setAccountEnabled(nameOrId: string, enabled: boolean): Promise<AccountView>;

  listKeys(): Promise<readonly KeyView[]>;
  /** @throws Problem key-invalid, key-name-taken */
  createKey(draft: ClientKeyDraft): Promise<CreatedKey>;
  /** By id, name, or an unambiguous beginning of the key. @throws Problem key-unknown, key-ambiguous */
  revokeKey(idOrNameOrPrefix: string): Promise<KeyView>;
  /** The key for clients that this machine's own commands start; made at its first use. */
  localKey(): Promise<Secret>;

  readonly vault: VaultManagement;
}
