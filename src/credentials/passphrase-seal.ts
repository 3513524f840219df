import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { Secret } from '../base/secret.ts';

// Secrets on their way to another machine. One compact JWE (RFC 7516) that other tools can open with the
// passphrase alone: docs/decisions/0043 shows how.

/** RFC 7518 §4.8: PBKDF2 with HMAC-SHA-512, the content key wrapped by AES-256. */
const algorithm = 'PBES2-HS512+A256KW';

/** Three times what OWASP asks of PBKDF2 with SHA-512 (2023): an export lies about for longer than a login. */
const rounds = 600_000;

/** Beyond this a file would only keep the machine busy. */
const mostRounds = 1_000_000;

const enc = 'A256GCM';

/** Encrypts `text` with a passphrase. Takes some 0.2 s by intent, off the streaming thread. */
export function sealWithPassphrase(text: Secret, passphrase: Secret): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text.reveal()))
    .setProtectedHeader({ alg: algorithm, enc })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(bytesOf(passphrase));
}

/** What {@link sealWithPassphrase} sealed; undefined for another passphrase, and for what is no such text. */
export async function openWithPassphrase(sealed: string, passphrase: Secret): Promise<Secret | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed.trim(), bytesOf(passphrase), {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: [enc],
      maxPBES2Count: mostRounds,
    });
    return new Secret(new TextDecoder().decode(plaintext));
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** One form of each character (RFC 8265 §4.2.2): another keyboard may compose "ä" from two. */
function bytesOf(passphrase: Secret): Uint8Array {
  return new TextEncoder().encode(passphrase.reveal().normalize('NFC'));
}
