import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { passphraseVariable } from '../config/environment.ts';
import type { KeyPlace } from './key-place.ts';
import { leastPassphraseLength, openKey, sealKey } from './sealed-key.ts';

/**
 * Who knows the passphrase of the vault: a variable or a file, or a person who is asked. `isRepeated` says
 * that the one before did not open it; undefined means that there is no (other) one.
 */
export type PassphraseSource = (isRepeated: boolean) => Promise<Secret | undefined>;

/** A person may mistype a passphrase that often. */
const mostAttempts = 3;

export interface Passphrases {
  /** Opens a key that is sealed already. */
  readonly open?: PassphraseSource | undefined;
  /** The one to seal a new key with; it asks nobody, as the vault is locked meanwhile. */
  readonly seal: () => Promise<Secret | undefined>;
}

/** The key is in the vault itself, sealed with a passphrase. */
export function passphrasePlace({ open, seal }: Passphrases): KeyPlace {
  return {
    backend: 'passphrase',
    detail: 'the vault itself, sealed with a passphrase',
    async keys({ passphrase: sealed }) {
      if (sealed === undefined) return [];
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const passphrase = await open?.(attempt > 0);
        if (passphrase === undefined) throw attempt === 0 ? passphraseNeeded() : wrongPassphrase();
        const key = await openKey(sealed, passphrase);
        if (key !== undefined) return [key];
      }
      throw wrongPassphrase();
    },
    async keep(key) {
      const passphrase = await seal();
      if (passphrase === undefined) throw newPassphraseNeeded();
      requireGood(passphrase);
      return { key: key.id, backend: 'passphrase', passphrase: await sealKey(key, passphrase) };
    },
    // It lies in the header, and goes with it.
    forget: () => Promise.resolve(),
  };
}

/** @throws Problem `vault-weak-passphrase` */
export function requireGood(passphrase: Secret): void {
  if (Array.from(passphrase.reveal()).length >= leastPassphraseLength) return;
  throw new Problem(
    'vault-weak-passphrase',
    `The passphrase is shorter than ${leastPassphraseLength} characters.`,
    'Take a longer one, such as four or five words that have nothing to do with each other.',
  );
}

export function wrongPassphrase(): Problem {
  const fix = 'Type it again, with an eye on the keyboard layout. Nothing was changed.';
  return new Problem('vault-wrong-passphrase', 'The passphrase does not open the vault.', fix);
}

export function passphraseNeeded(): Problem {
  return new Problem(
    'vault-passphrase-needed',
    'The vault is sealed with a passphrase, and nobody gave it.',
    `Run the command at a terminal, or give it as ${passphraseVariable} or in the file that the setting vault.passphrase_file names.`,
  );
}

/** The same for one that does not exist yet. */
export function newPassphraseNeeded(): Problem {
  return new Problem(
    'vault-passphrase-needed',
    'There is no passphrase to seal the vault with.',
    `Run the command at a terminal, or give one as ${passphraseVariable}.`,
  );
}
