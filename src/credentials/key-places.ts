import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import { environmentPlace } from './given-key.ts';
import type { Given } from './given.ts';
import { keyFile, systemdPlace } from './key-file.ts';
import type { KeyPlace } from './key-place.ts';
import { type Keychain, keychainPlace } from './keychain.ts';
import { passphrasePlace } from './passphrase-place.ts';
import type { VaultBackend } from './vault.ts';

export interface KeyPlacesOptions {
  /** The home directory. */
  readonly home: string;
  readonly given: Given;
  readonly keychain: Keychain;
  readonly log: Log;
}

/** Every place a key can be kept, and the one that somebody chose. */
export class KeyPlaces {
  readonly given: Given;
  readonly keychain: Keychain;
  readonly #places: Readonly<Record<VaultBackend, KeyPlace>>;
  readonly #ownKeyFile: string;

  /** @throws Problem `vault-key-invalid` */
  constructor({ home, given, keychain, log }: KeyPlacesOptions) {
    this.given = given;
    this.keychain = keychain;
    this.#ownKeyFile = join(home, 'vault.key');
    const { keyFile: named } = given.settings;
    this.#places = {
      keychain: keychainPlace(keychain),
      environment: environmentPlace(given.key),
      'key-file': keyFile({ path: named ?? this.#ownKeyFile, isNamed: named !== undefined, log }),
      systemd: systemdPlace(given.credentialsFolder),
      passphrase: passphrasePlace({ open: given.passphrase, seal: () => this.#givenPassphrase() }),
    };
  }

  at(backend: VaultBackend): KeyPlace {
    return this.#places[backend];
  }

  /** The same place for a passphrase that is chosen now. */
  sealedWith(passphrase: Secret): KeyPlace {
    return passphrasePlace({ open: this.given.passphrase, seal: () => Promise.resolve(passphrase) });
  }

  /**
   * Where a new vault keeps its key because somebody said so: in the settings, or by giving one. The
   * keychain stands before these only in what nobody chose: a key in the keychain, while the person thinks
   * that the one they gave is in use, would be missing in their backup.
   */
  async chosen(): Promise<KeyPlace | undefined> {
    const { settings, key, hasPassphrase } = this.given;
    if (settings.backend !== 'auto') return this.at(settings.backend);
    if (key !== undefined) return this.at('environment');
    if (settings.keyFile !== undefined) return this.at('key-file');
    if ((await this.at('systemd').keys(noHeader)).length > 0) return this.at('systemd');
    return (await hasPassphrase?.()) === true ? this.at('passphrase') : undefined;
  }

  /** A key file of an earlier start, which a crash may have kept from being used. */
  async hasOwnKeyFile(): Promise<boolean> {
    return access(this.#ownKeyFile).then(
      () => true,
      () => false,
    );
  }

  async #givenPassphrase(): Promise<Secret | undefined> {
    const { hasPassphrase, passphrase } = this.given;
    return (await hasPassphrase?.()) === true ? passphrase?.(false) : undefined;
  }
}

const noHeader = { key: '', backend: undefined, passphrase: undefined } as const;
