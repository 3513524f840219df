import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../base/secret.ts';
import { keyVariable, passphraseVariable, type Environment } from '../config/environment.ts';
import { defaultSettings, type Settings } from '../config/settings.ts';
import { cannotRead, isMissing } from './file-problems.ts';
import type { PassphraseSource } from './passphrase-place.ts';

/** What the vault is given from outside: by variables, by the settings, by systemd, by a person. */
export interface Given {
  readonly settings: Settings['vault'];
  /** CCPROXY_VAULT_KEY. */
  readonly key?: Secret | undefined;
  readonly passphrase?: PassphraseSource | undefined;
  /** Whether the passphrase is there without asking a person: then it is a choice, as a given key is one. */
  readonly hasPassphrase?: () => Promise<boolean>;
  /** $CREDENTIALS_DIRECTORY, where the credentials of a systemd unit lie. */
  readonly credentialsFolder?: string | undefined;
}

export const nothingGiven: Given = { settings: defaultSettings.vault };

/** As a systemd unit names it: `LoadCredentialEncrypted=vault-passphrase:/etc/…`. */
const systemdName = 'vault-passphrase';

/** Reads what is given; `ask` asks a person for the passphrase, where there is one to be asked. */
export function givenFrom(env: Environment, settings: Settings['vault'], ask?: PassphraseSource): Given {
  const key = filled(env[keyVariable]);
  const credentialsFolder = filled(env['CREDENTIALS_DIRECTORY']);
  const text = filled(env[passphraseVariable]);
  let found: Promise<Secret | undefined> | undefined;
  // Read once: an open file descriptor gives its text once.
  const unasked = (): Promise<Secret | undefined> =>
    (found ??=
      text === undefined
        ? passphraseIn(settings.passphraseFile, credentialsFolder)
        : Promise.resolve(new Secret(text)));
  return {
    settings,
    key: key === undefined ? undefined : new Secret(key),
    credentialsFolder,
    hasPassphrase: async () => (await unasked()) !== undefined,
    async passphrase(isRepeated) {
      const given = await unasked();
      if (given === undefined) return ask?.(isRepeated);
      return isRepeated ? undefined : given;
    },
  };
}

/** @throws Problem `vault-unreadable`, also where a file that the settings name is not there */
async function passphraseIn(
  named: string | undefined,
  folder: string | undefined,
): Promise<Secret | undefined> {
  const path = named ?? (folder === undefined ? undefined : join(folder, systemdName));
  if (path === undefined) return undefined;
  try {
    const text = await readFile(path, 'utf8');
    // The line end that `echo` and editors put behind it; blanks may be part of a passphrase.
    return new Secret(text.replace(/\r?\n$/, ''));
  } catch (error) {
    if (named === undefined && isMissing(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** An empty variable counts as not set. */
function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
