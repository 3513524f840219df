import type { Secret } from '../base/secret.ts';

/** Where the key of the vault comes from. Never changed silently; `doctor` shows it. */
export type VaultBackend = 'key-file' | 'environment';

export interface VaultDescription {
  readonly backend: VaultBackend;
  /** For a person: which file or variable. */
  readonly detail: string;
  /** False before the first secret: nothing has needed a key so far. */
  readonly hasKey: boolean;
}

/**
 * Where secrets are kept: one per id, encrypted at rest. Safe to use from several processes at once. An id
 * is 1 to 128 letters, digits and `_ - . :`.
 */
export interface Vault {
  /**
   * The secret of `id`; undefined where there is none. Sees what other processes have stored.
   *
   * @throws Problem `vault-damaged`, `vault-wrong-key`, …; nothing is touched
   */
  get(id: string): Promise<Secret | undefined>;
  /** Resolves when the secret would survive a power cut. */
  set(id: string, secret: Secret): Promise<void>;
  /** Removes the secret from the file and from its backup. No secret, no error. */
  delete(id: string): Promise<void>;
  /** Every id that has a secret, sorted. */
  ids(): Promise<string[]>;
  describe(): VaultDescription;
}
