import { CompactEncrypt, compactDecrypt } from 'jose';
import { Secret } from '../base/secret.ts';
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
