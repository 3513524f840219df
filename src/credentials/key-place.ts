import type { VaultBackend } from './vault.ts';
import type { VaultFile } from './vault-file.ts';
import type { VaultKey } from './vault-key.ts';

/** What the file itself says about its key. */
export type KeyHeader = Pick<VaultFile, 'key' | 'backend' | 'passphrase'>;

/** One place a vault key can be kept. */
export interface KeyPlace {
  readonly backend: VaultBackend;
  /** For a person: which file, variable or keychain. */
  readonly detail: string;
  /**
   * The keys that lie here, the one of `header` among them if any; a place that cannot list gives that one
   * alone. Empty where there is none.
   *
   * @throws Problem where the place cannot be asked, or holds something that is no key
   */
  keys(header: KeyHeader): Promise<readonly VaultKey[]>;
  /**
   * Keeps one more key, so that it would survive a power cut; gives what the file has to say about it.
   * Missing where only somebody else can put a key there.
   */
  readonly keep?: (key: VaultKey) => Promise<KeyHeader>;
  /** Removes the key of this id; no such key, no error. Missing where only somebody else can. */
  readonly forget?: (id: string) => Promise<void>;
}

/** The header for a key that lies in `backend` and needs nothing in the file. */
export function headerOf(backend: VaultBackend, key: VaultKey): KeyHeader {
  return { key: key.id, backend, passphrase: undefined };
}
