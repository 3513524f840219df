import type { Log } from '../base/log.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { keyVariable } from '../config/environment.ts';
import type { KeyHeader, KeyPlace } from './key-place.ts';
import type { KeyPlaces } from './key-places.ts';
import { backendDiffers, keyMissing, wrongKey } from './key-problems.ts';
import { newPassphraseNeeded } from './passphrase-place.ts';
import type { FirstKey, Prepared, VaultDescription } from './vault.ts';
import type { VaultFile } from './vault-file.ts';
import { VaultKey } from './vault-key.ts';

export interface KeyKeeperOptions {
  /** `credentials.json`, for the words of a Problem. */
  readonly path: string;
  readonly places: KeyPlaces;
  /** Whether the first secret may make a key file by itself, or somebody has to be asked first. */
  readonly createKey: 'create' | 'ask';
  readonly log: Log;
}

/** A key together with what the file says about it. */
export interface HeldKey {
  readonly key: VaultKey;
  readonly header: KeyHeader;
}

/** Finds the key of the vault, once, and makes the first one. */
export class KeyKeeper {
  readonly #options: KeyKeeperOptions;
  #key: VaultKey | undefined;
  /** Where that key was found. */
  #foundIn: KeyPlace | undefined;
  /** Where the first key goes, once that is settled. */
  #firstPlace: KeyPlace | undefined;

  constructor(options: KeyKeeperOptions) {
    this.#options = options;
  }

  describe(): VaultDescription {
    const place = this.#foundIn ?? this.#firstPlace;
    return {
      backend: place?.backend,
      detail: place?.detail ?? 'nowhere yet',
      hasKey: this.#key !== undefined,
    };
  }

  /** @throws Problem where the key is not what it should be; an empty vault asks no keychain and nobody */
  async check(file: VaultFile): Promise<void> {
    if (file.entries.size > 0) {
      await this.forStored(file);
      return;
    }
    const place = await this.#placeOfEmpty(file);
    if (place === undefined || place.backend === 'keychain' || place.backend === 'passphrase') return;
    this.#firstPlace = place;
    const key = await keyIn(place, file);
    if (key !== undefined) this.use(key, place);
  }

  /** The key is known, wherever it comes from. */
  use(key: VaultKey, place: KeyPlace): void {
    this.#key = key;
    this.#foundIn = place;
  }

  /**
   * The key of a file that holds secrets.
   *
   * @throws Problem `vault-key-missing`, `vault-wrong-key`, `vault-backend-differs`, `vault-keychain-silent`, …
   */
  async forStored(file: VaultFile): Promise<HeldKey> {
    if (this.#key?.id !== file.key) await this.#find(file);
    if (this.#key === undefined || this.#foundIn === undefined) throw new TypeError('no key was found');
    const { backend = this.#foundIn.backend } = file;
    return { key: this.#key, header: { key: file.key, backend, passphrase: file.passphrase } };
  }

  /**
   * Settles where the first key goes. Asks the keychain, so it comes before the vault is locked.
   *
   * @throws Problem `vault-keychain-silent` where nothing but the keychain is allowed
   */
  async prepare(file: VaultFile, first?: FirstKey): Promise<Prepared> {
    if (file.entries.size > 0 || this.#firstPlace !== undefined) return { is: 'ready' };
    const { places } = this.#options;
    const place = await this.#placeOfEmpty(file);
    if (place?.backend === 'passphrase' && file.passphrase === undefined) return this.#prepareSealing(first);
    if (place?.backend === 'keychain') await places.keychain.probe();
    if (place !== undefined) {
      const key = await keyIn(place, file);
      if (key !== undefined) this.use(key, place);
      return this.#settleOn(place);
    }
    try {
      await places.keychain.probe();
      return this.#settleOn(places.at('keychain'));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'vault-keychain-silent') throw error;
      if (first === undefined) return { is: 'undecided', wants: 'place', reason: error.message };
      return this.#settleOn(
        first.backend === 'passphrase' ? places.sealedWith(first.passphrase) : places.at('key-file'),
      );
    }
  }

  /** Settles it with nobody to ask: a key file, said loudly, where that is allowed. @throws Problem */
  async prepareAlone(file: VaultFile): Promise<void> {
    const prepared = await this.prepare(file);
    if (prepared.is === 'ready') return;
    if (prepared.wants === 'passphrase') throw newPassphraseNeeded();
    const { places, createKey, log } = this.#options;
    if (createKey === 'ask') throw keyNeeded(prepared.reason);
    log.warn('the key of the vault goes into a file, as no keychain keeps it', { reason: prepared.reason });
    this.#settleOn(places.at('key-file'));
  }

  /** The key for a file that holds nothing yet. Called with the vault locked: no two processes make one. */
  async forEmpty(file: VaultFile): Promise<HeldKey> {
    if (this.#key !== undefined && this.#key.id === file.key) return this.forStored(file);
    const place = this.#firstPlace ?? (await this.#placeOfEmpty(file));
    if (place === undefined) throw new TypeError('prepare() comes before the first secret');
    let key = await keyIn(place, file);
    const { passphrase } = file;
    let header: KeyHeader = { key: key?.id ?? '', backend: place.backend, passphrase };
    if (key === undefined) {
      if (place.keep === undefined) throw keyNeeded(`There is none in ${place.detail}.`);
      key = VaultKey.random();
      header = await place.keep(key);
    }
    this.use(key, place);
    return { key, header };
  }

  async #find(file: VaultFile): Promise<void> {
    const { path, places } = this.#options;
    const { key: given, settings } = places.given;
    if (given !== undefined) {
      const place = places.at('environment');
      const key = (await place.keys(file)).find(({ id }) => id === file.key);
      if (key === undefined) throw wrongKey(path, place, file);
      this.use(key, place);
      return;
    }
    const place = places.at(file.backend ?? 'key-file');
    if (settings.backend !== 'auto' && settings.backend !== place.backend)
      throw backendDiffers(path, place, settings.backend);
    const keys = await place.keys(file);
    const key = keys.find(({ id }) => id === file.key);
    if (key === undefined) throw keys.length > 0 ? wrongKey(path, place, file) : keyMissing(path, place);
    this.use(key, place);
  }

  /** Where the key of an empty vault is, or will be, without asking the keychain; undefined for undecided. */
  async #placeOfEmpty(file: VaultFile): Promise<KeyPlace | undefined> {
    const { places } = this.#options;
    const chosen = await places.chosen();
    if (chosen !== undefined) return chosen;
    if (file.backend !== undefined) return places.at(file.backend);
    return (await places.hasOwnKeyFile()) ? places.at('key-file') : undefined;
  }

  async #prepareSealing(first: FirstKey | undefined): Promise<Prepared> {
    const { places } = this.#options;
    if (first?.backend === 'passphrase') return this.#settleOn(places.sealedWith(first.passphrase));
    if ((await places.given.hasPassphrase?.()) === true) return this.#settleOn(places.at('passphrase'));
    const reason = 'The settings ask for a passphrase, and there is none yet.';
    return { is: 'undecided', wants: 'passphrase', reason };
  }

  #settleOn(place: KeyPlace): Prepared {
    this.#firstPlace = place;
    return { is: 'ready' };
  }
}

/** The key of the file where it lies there, else any that does. */
async function keyIn(place: KeyPlace, file: VaultFile): Promise<VaultKey | undefined> {
  const keys = await place.keys(file);
  return keys.find(({ id }) => id === file.key) ?? keys[0];
}

function keyNeeded(reason: string): Problem {
  return new Problem(
    'vault-key-needed',
    `The vault has no key yet. ${reason}`,
    `Run \`${ownCommand('auth vault rekey --to key-file')}\`, or give 32 random bytes in base64 as ${keyVariable}.`,
  );
}
