import { randomBytes } from 'node:crypto';
import { Secret } from '../../base/secret.ts';
import type { Vault } from '../../credentials/vault.ts';
import { entryOfFile } from './file-name.ts';
import { importKey, keyBytes, type FileKey } from './frame.ts';

/** Makes the key of a file that is about to be, and stores it. @throws Problem of the vault */
export async function makeFileKey(vault: Pick<Vault, 'set'>, fileId: string): Promise<FileKey> {
  const bytes = new Uint8Array(randomBytes(keyBytes));
  await vault.set(entryOfFile(fileId), new Secret(Buffer.from(bytes).toString('base64url')));
  return importKey(bytes);
}

/** The key of a file; undefined where it was destroyed, or belongs to another vault. @throws Problem of the vault */
export async function fileKey(vault: Pick<Vault, 'get'>, fileId: string): Promise<FileKey | undefined> {
  const secret = await vault.get(entryOfFile(fileId));
  const bytes = secret === undefined ? undefined : Buffer.from(secret.reveal(), 'base64url');
  return bytes?.length === keyBytes ? importKey(new Uint8Array(bytes)) : undefined;
}

/** Destroys keys: what they sealed is lost, in copies and backups of the files too. @throws Problem of the vault */
export function destroyFileKeys(vault: Pick<Vault, 'setAll'>, fileIds: readonly string[]): Promise<void> {
  return vault.setAll(new Map(fileIds.map((id) => [entryOfFile(id), undefined])));
}
