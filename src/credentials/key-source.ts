import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import type { VaultBackend } from './vault.ts';
import { VaultKey } from './vault-key.ts';

/** One place a vault key can come from. A keychain or a passphrase is one more object of this form. */
export interface KeySource {
  readonly backend: VaultBackend;
  /** For a person: which file or variable. */
  readonly detail: string;
  /** The key; undefined where there is none yet. @throws Problem `vault-key-invalid`, `vault-key-unreadable` */
  read(): Promise<VaultKey | undefined>;
  /** Makes the first key and keeps it. Missing where only somebody else can. */
  readonly create?: () => Promise<VaultKey>;
}

/** The variable a caller takes the key from. */
export const keyVariable = `${product.envPrefix}VAULT_KEY`;

/**
 * A key the caller was given: 32 bytes in base64 or hex.
 *
 * @throws Problem `vault-key-invalid`
 */
export function givenKey(text: Secret): KeySource {
  const key = VaultKey.fromText(text.reveal());
  if (key === undefined) {
    throw new Problem(
      'vault-key-invalid',
      `${keyVariable} is not a key: it must be 32 bytes in base64 or hex.`,
      `Make one with "openssl rand -base64 32", or leave the variable away.`,
    );
  }
  return { backend: 'environment', detail: keyVariable, read: () => Promise.resolve(key) };
}
