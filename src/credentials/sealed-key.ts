import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { randomBytes } from '../base/hash.ts';
import type { Secret } from '../base/secret.ts';
import { VaultKey } from './vault-key.ts';

/**
 * The vault key, sealed with a passphrase: scrypt (RFC 7914) makes a key of the passphrase, and that opens
 * `jwe`. So another passphrase is one small change, and what the secrets are encrypted with stays random.
 */
export interface SealedKey {
  readonly kdf: 'scrypt';
  /** Cost, block size and parallelism (RFC 7914 §2). */
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** Base64url. */
  readonly salt: string;
  readonly jwe: string;
}

/** What OWASP asks of scrypt (2023): 128 MiB and some 0.2 s for every guess. */
const cost = { n: 2 ** 17, r: 8, p: 1 } as const;

/** Beyond this a file would only keep the machine busy: 1 GiB. */
const mostMemory = 2 ** 30;

/** Short ones are guessed from a stolen file, whatever stands between. */
export const leastPassphraseLength = 8;

export async function sealKey(key: VaultKey, passphrase: Secret): Promise<SealedKey> {
  const salt = randomBytes(16).toString('base64url');
  const sealing = await derive(passphrase, { ...cost, salt });
  const jwe = await new CompactEncrypt(key.bytes())
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.id })
    .encrypt(sealing);
  return { kdf: 'scrypt', ...cost, salt, jwe };
}

/** The key in `sealed`; undefined for another passphrase, and for what has been changed since. */
export async function openKey(sealed: SealedKey, passphrase: Secret): Promise<VaultKey | undefined> {
  const sealing = await derive(passphrase, sealed);
  try {
    const { plaintext } = await compactDecrypt(sealed.jwe, sealing, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return VaultKey.read(plaintext);
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** What stands in the file as `passphrase`; undefined where it is no sealed key that can be tried. */
export function readSealedKey(value: unknown): SealedKey | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kdf, n, r, p, salt, jwe }: Partial<Record<keyof SealedKey, unknown>> = value;
  if (kdf !== 'scrypt' || typeof salt !== 'string' || typeof jwe !== 'string') return undefined;
  if (!isCount(n) || !isCount(r) || !isCount(p) || !Number.isInteger(Math.log2(n)) || n < 2) return undefined;
  return memoryOf({ n, r, p }) <= mostMemory && p <= 16 ? { kdf, n, r, p, salt, jwe } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= mostMemory;
}

function memoryOf({ n, r, p }: Pick<SealedKey, 'n' | 'r' | 'p'>): number {
  return 128 * r * (n + p + 2);
}

/** Runs in a thread of its own; the streaming thread goes on meanwhile. */
async function derive(
  passphrase: Secret,
  { n, r, p, salt }: Pick<SealedKey, 'n' | 'r' | 'p' | 'salt'>,
): Promise<Uint8Array> {
  // One form of each character (RFC 8265 §4.2.2): another keyboard may compose "ä" from two.
  const text = passphrase.reveal().normalize('NFC');
  const options = { N: n, r, p, maxmem: 2 * memoryOf({ n, r, p }) };
  const { scrypt } = await import('node:crypto');
  return new Promise((resolve, reject) => {
    scrypt(text, Buffer.from(salt, 'base64url'), 32, options, (error, derived) => {
      if (error instanceof Error) reject(error);
      else resolve(derived);
    });
  });
}
