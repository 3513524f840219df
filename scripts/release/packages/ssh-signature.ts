import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { product } from '../../../src/base/product.ts';
import type { SecretKey } from '../../../src/update/minisign.ts';

/*
 * The signature that `ssh-keygen -Y verify` understands (OpenSSH, PROTOCOL.sshsig), by the same Ed25519 key as the one
 * of minisign. macOS and Windows bring OpenSSH, and nothing else that could check one. What is signed begins with
 * "SSHSIG", so neither of the two signatures can be taken for the other.
 */

/** What the signature is for; also whom the list of signers names. */
const namespace = product.binary;
const hashName = 'sha512';

/** RFC 8410 §7: what stands before the seed in its PKCS #8 form. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The text of `checksums.txt.sshsig` for `content`. */
export function sshSignature(content: Uint8Array, { seed }: Pick<SecretKey, 'seed'>): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const algorithm = Buffer.from('ssh-ed25519');
  const hash = createHash(hashName).update(content).digest();
  const parts = [Buffer.from(namespace), Buffer.alloc(0), Buffer.from(hashName)].map(text);
  const signature = sign(null, Buffer.concat([Buffer.from('SSHSIG'), ...parts, text(hash)]), key);
  const publicKey = Buffer.concat([text(algorithm), text(Buffer.from(x, 'base64url'))]);
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    number(1),
    text(publicKey),
    ...parts,
    text(Buffer.concat([text(algorithm), text(signature)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}

/** RFC 4251 §5: `string`. */
function text(bytes: Uint8Array): Buffer {
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
