import { chmod, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { cannotRead, cannotWrite, isMissing } from './file-problems.ts';
import { keyVariable, type KeySource } from './key-source.ts';
import { VaultKey } from './vault-key.ts';

/**
 * A key in a file of its own, mode 0600. Whoever can read both this file and the vault can read the
 * secrets: that is why it is made only on request, and why making it is said out loud.
 */
export function keyFile(path: string, log: Log): KeySource {
  return {
    backend: 'key-file',
    detail: path,
    read: () => read(path, log),
    create: () => create(path, log),
  };
}

async function read(path: string, log: Log): Promise<VaultKey | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
    await closeToOthers(path, log);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw cannotRead(path, error);
  }
  const key = VaultKey.read(bytes);
  if (key !== undefined) return key;
  throw new Problem(
    'vault-key-invalid',
    `${path} is not a vault key: it must hold 32 bytes, as they are or in base64 or hex.`,
    `Put the right file back from a backup, or give the key as ${keyVariable}.`,
  );
}

async function closeToOthers(path: string, log: Log): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  log.warn('the vault key could be read by other users of this machine', {
    path,
    mode: (mode & 0o777).toString(8),
    advice: 'its mode is set to 600 now; replace the secrets if somebody may have read them',
  });
  // A mounted secret may be read-only; the warning stands then.
  await chmod(path, 0o600).catch(() => undefined);
}

/** Called under the vault's lock: of two processes, the second finds the key of the first. */
async function create(path: string, log: Log): Promise<VaultKey> {
  const key = VaultKey.random();
  try {
    await makePrivateFolder(dirname(path));
    await writePrivateFile(path, `${key.toText()}\n`);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  log.warn('A KEY FILE WAS MADE FOR THE VAULT: who can read it can read your secrets', {
    path,
    advice: `keep a copy of it apart from the backups of the vault, or give the key as ${keyVariable}`,
  });
  return key;
}
