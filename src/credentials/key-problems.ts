import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { keyVariable } from '../config/environment.ts';
import type { KeyHeader, KeyPlace } from './key-place.ts';
import type { VaultBackend } from './vault.ts';

const lost = (path: string): string =>
  `Without it, the secrets are lost: remove ${path} and ${path}.bak and add the accounts again.`;

/** What can bring a key back, by where it was kept. */
const remedies: Readonly<Record<VaultBackend, string>> = {
  keychain: 'Use the keychain of the user who made the vault',
  environment: `Give the key as ${keyVariable}, as before`,
  'key-file': 'Put the key file back from a backup',
  systemd: `Let the running service act (commands go through it), or start it with its unit`,
  passphrase: 'Put the file back from a backup: the sealed key is gone from it',
};

/** The place answers, and there is no key. */
export function keyMissing(path: string, { backend, detail }: KeyPlace): Problem {
  const copy = backend === 'environment' ? '' : `, or give a copy of the key as ${keyVariable}`;
  return new Problem(
    'vault-key-missing',
    `${path} holds secrets, but its key is missing: it is not in ${detail}.`,
    `${remedies[backend]}${copy}. ${lost(path)}`,
  );
}

/** The place has a key, but another one. */
export function wrongKey(path: string, { detail }: KeyPlace, { key, backend }: KeyHeader): Problem {
  const where = detail === keyVariable && backend !== undefined && backend !== 'environment';
  const kept = where
    ? `, or unset ${keyVariable}: the vault says that its key is kept elsewhere (${backend})`
    : '';
  return new Problem(
    'vault-wrong-key',
    `The key from ${detail} is not the one that ${path} was encrypted with.`,
    `Give the key with which the vault was made (its id begins with ${key.slice(0, 8)})${kept}. Nothing was changed.`,
  );
}

/** The settings allow one place, the vault uses another: nobody moves a key without being told to. */
export function backendDiffers(path: string, { backend }: KeyPlace, wanted: string): Problem {
  return new Problem(
    'vault-backend-differs',
    `The key of ${path} is kept by "${backend}", and the setting vault.backend allows only "${wanted}".`,
    `Move it: \`${ownCommand(`auth vault rekey --to ${wanted}`)}\`; or set vault.backend to "${backend}" or "auto".`,
  );
}
