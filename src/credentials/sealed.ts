import { CompactEncrypt, compactDecrypt } from 'jose';
import { Secret } from '../base/secret.ts';
import { damaged, type VaultFile } from './vault-file.ts';
import type { VaultKey } from './vault-key.ts';

// A secret as it lies in the file: one JWE (RFC 7516), the vault key used directly (RFC 7518 §4.5) with
// A256GCM. The header is authenticated: it names the entry, so that two entries cannot be exchanged, and
// the key, so that a file half way through a change of key can be read.

/** Encrypts `secret` for the entry `id` alone. */
export function seal(key: VaultKey, id: string, secret: Secret): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(secret.reveal()))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.id, entry: id })
    .encrypt(key.bytes());
}

/**
 * The secret in `jwe`, if it was sealed with `key` for the entry `id`; undefined where it was not, or has
 * been changed since.
 */
export async function unseal(key: VaultKey, id: string, jwe: string): Promise<Secret | undefined> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, key.bytes(), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return protectedHeader['entry'] === id ? new Secret(new TextDecoder().decode(plaintext)) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Every secret of the file, by id.
 *
 * @throws Problem `vault-damaged` with the first entry that does not open
 */
export async function openAll(
  key: VaultKey,
  { entries }: VaultFile,
  path: string,
): Promise<Map<string, Secret>> {
  const secrets = new Map<string, Secret>();
  for (const id of entries.keys()) secrets.set(id, await openEntry(key, id, entries.get(id)?.['jwe'], path));
  return secrets;
}

/** @throws Problem `vault-damaged` */
export async function openEntry(key: VaultKey, id: string, jwe: unknown, path: string): Promise<Secret> {
  const secret = typeof jwe === 'string' ? await unseal(key, id, jwe) : undefined;
  if (secret === undefined) throw damaged(path, `the entry "${id}" is not what was stored`);
  return secret;
}

/** The entries of the file with `secrets` in them, sealed with `key`; what else they hold stays. */
export async function sealAll(
  key: VaultKey,
  { entries }: VaultFile,
  secrets: ReadonlyMap<string, Secret>,
  updated: string,
): Promise<VaultFile['entries']> {
  const sealed = new Map(entries);
  for (const [id, secret] of secrets) {
    sealed.set(id, { ...entries.get(id), jwe: await seal(key, id, secret), updated });
  }
  return sealed;
}
