import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { keyVariable } from '../config/environment.ts';
import { cannotRead, cannotWrite, isMissing } from './file-problems.ts';
import { headerOf, type KeyHeader, type KeyPlace } from './key-place.ts';
import { VaultKey } from './vault-key.ts';

export interface KeyFileOptions {
  readonly path: string;
  /** The settings name the file: it and its folder are somebody's, and no key in it is ever removed. */
  readonly isNamed: boolean;
  readonly log: Log;
}

/**
 * A key in a file of its own, mode 0600. Whoever can read both this file and the vault can read the
 * secrets: that is why it is made only on request or for want of anything better, and why making it is
 * said out loud. While a key is changed the file holds two, one a line.
 */
export function keyFile(options: KeyFileOptions): KeyPlace {
  return {
    backend: 'key-file',
    detail: options.path,
    async keys() {
      const keys = await read(options.path);
      if (keys.length > 0) await closeToOthers(options);
      return keys;
    },
    keep: (key) => keep(options, key),
    ...(!options.isNamed && { forget: (id: string) => forget(options, id) }),
  };
}

/** As the unit names it: `LoadCredentialEncrypted=vault-key:/etc/…`. */
const systemdName = 'vault-key';

/**
 * A credential of the systemd unit, in the folder that only it sees ($CREDENTIALS_DIRECTORY). Its mode says
 * nothing: systemd may let the user of the unit in by an access list, which shows as the rights of a group.
 */
export function systemdPlace(folder: string | undefined): KeyPlace {
  return {
    backend: 'systemd',
    detail: `the credential "${systemdName}" of the systemd unit`,
    keys: () => (folder === undefined ? Promise.resolve([]) : read(join(folder, systemdName))),
  };
}

async function read(path: string): Promise<VaultKey[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw cannotRead(path, error);
  }
  const keys = VaultKey.readAll(bytes);
  if (keys !== undefined) return keys;
  throw new Problem(
    'vault-key-invalid',
    `${path} is not a vault key: it must hold 32 bytes, as they are or in base64 or hex.`,
    `Put the right file back from a backup, or give the key as ${keyVariable}.`,
  );
}

async function closeToOthers({ path, isNamed, log }: KeyFileOptions): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  const done = isNamed ? 'set its mode to 600' : 'its mode is set to 600 now';
  log.warn('the vault key could be read by other users of this machine', {
    path,
    mode: (mode & 0o777).toString(8),
    advice: `${done}; replace the secrets if somebody may have read them`,
  });
  if (!isNamed) await chmod(path, 0o600).catch(() => undefined);
}

/** Called under the vault's lock: of two processes, the second finds the key of the first. */
async function keep(options: KeyFileOptions, key: VaultKey): Promise<KeyHeader> {
  const before = await read(options.path);
  await write(options, [...before, key]);
  if (before.length === 0) {
    options.log.warn('A KEY FILE WAS MADE FOR THE VAULT: who can read it can read your secrets', {
      path: options.path,
      advice: `keep a copy of it apart from the backups of the vault, or give the key as ${keyVariable}`,
    });
  }
  return headerOf('key-file', key);
}

async function forget(options: KeyFileOptions, id: string): Promise<void> {
  const before = await read(options.path);
  const after = before.filter((key) => key.id !== id);
  if (after.length === before.length) return;
  if (after.length > 0) await write(options, after);
  else await rm(options.path, { force: true });
}

async function write({ path, isNamed }: KeyFileOptions, keys: readonly VaultKey[]): Promise<void> {
  try {
    const folder = dirname(path);
    await (isNamed ? mkdir(folder, { recursive: true, mode: 0o700 }) : makePrivateFolder(folder));
    await writePrivateFile(path, keys.map((key) => `${key.toText()}\n`).join(''));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
