import { join } from 'node:path';
import { type Clock, wallClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import { EncryptedFile } from './encrypted-file.ts';
import { keyFile } from './key-file.ts';
import { givenKey } from './key-source.ts';
import type { Vault } from './vault.ts';

export interface VaultOptions {
  readonly paths: { readonly home: string; readonly credentials: string };
  /** The key, where the caller was given one (`CCPROXY_VAULT_KEY`); it goes before the key file. */
  readonly key?: Secret | undefined;
  /**
   * What happens when the first secret is stored and there is no key: `create` makes the key file and says
   * so loudly; with `ask` storing fails with the Problem `vault-key-needed`, so that a person can be asked
   * (`describe().hasKey` tells beforehand).
   */
  readonly createKey: 'create' | 'ask';
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Opens the vault. An empty one needs no key and makes no file.
 *
 * @throws Problem that says what to do: `vault-wrong-key`, `vault-key-missing`, `vault-key-invalid`,
 *   `vault-damaged`, `vault-newer`, `vault-missing`, `vault-unreadable`; nothing is touched
 */
export async function openVault({
  paths,
  key,
  createKey,
  log,
  clock = wallClock,
}: VaultOptions): Promise<Vault> {
  const source = key === undefined ? keyFile(join(paths.home, 'vault.key'), log) : givenKey(key);
  const vault = new EncryptedFile({ path: paths.credentials, source, createKey, log, clock });
  await vault.check();
  return vault;
}
