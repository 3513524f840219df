import { type Clock, wallClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import { EncryptedFile } from './encrypted-file.ts';
import { type Given, nothingGiven } from './given.ts';
import { KeyPlaces } from './key-places.ts';
import { type Keychain, noKeychain } from './keychain.ts';
import type { KeyedVault } from './vault.ts';

export interface VaultOptions {
  readonly paths: { readonly home: string; readonly credentials: string };
  /** What the caller was given to open the vault with (`givenFrom`). */
  readonly given?: Given;
  /** The key alone, where that is all there is. */
  readonly key?: Secret | undefined;
  /** Left out, no keychain is asked. */
  readonly keychain?: Keychain | undefined;
  /**
   * What happens when the first secret is stored, nobody has chosen where its key goes and no keychain
   * answers: `create` makes the key file and says so loudly; with `ask` storing fails with the Problem
   * `vault-key-needed`, so that a person can be asked (`prepare()` tells beforehand).
   */
  readonly createKey: 'create' | 'ask';
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Opens the vault. An empty one needs no key and makes no file.
 *
 * @throws Problem that says what to do: `vault-wrong-key`, `vault-key-missing`, `vault-key-invalid`,
 *   `vault-backend-differs`, `vault-keychain-silent`, `vault-passphrase-needed`, `vault-wrong-passphrase`,
 *   `vault-damaged`, `vault-newer`, `vault-missing`, `vault-unreadable`; nothing is touched
 */
export async function openVault(options: VaultOptions): Promise<KeyedVault> {
  const vault = fileOf(options);
  await vault.check();
  return vault;
}

/**
 * The vault for those who change its key, or only look: nothing is checked yet.
 *
 * @throws Problem `vault-key-invalid`
 */
export function unopenedVault(options: VaultOptions): KeyedVault {
  return fileOf(options);
}

function fileOf({ paths, given, key, keychain, clock = wallClock, ...rest }: VaultOptions): EncryptedFile {
  const places = new KeyPlaces({
    home: paths.home,
    given: given ?? { ...nothingGiven, key },
    keychain: keychain ?? noKeychain,
    log: rest.log,
  });
  return new EncryptedFile({ ...rest, path: paths.credentials, places, clock });
}
