import { randomBytes, scryptSync } from 'node:crypto';
import { publicKeyText, type SecretKey } from './minisign.ts';

/*
 * The secret key file of minisign: two letters each for the algorithms of key, encryption and checksum, salt, two
 * limits, then what the password covers: id, key, checksum. Read where a release is signed; no part of the program.
 */

const algorithm = 'Ed';
const encryption = 'Sc';
const noEncryption = '\0\0';
const checksum = 'B2';

/** Bytes before what is encrypted: three algorithms, salt, two numbers. */
const headBytes = 6 + 32 + 8 + 8;
/** id, seed with public key, checksum. */
const bodyBytes = 8 + 64 + 32;

/**
 * The key in the text of a secret key file.
 *
 * @param password of one that has a password; else it is not looked at
 * @throws Error that says what is wrong, and nothing of the key
 */
export function readSecretKey(text: string, password = ''): SecretKey {
  const line = text.split(/\r?\n/).find((one) => one !== '' && !one.startsWith('untrusted comment:')) ?? '';
  const bytes = Buffer.from(line.trim(), 'base64');
  const [signing, hiding, checking] = [0, 2, 4].map((at) => bytes.toString('latin1', at, at + 2));
  if (bytes.length !== headBytes + bodyBytes || signing !== algorithm || checking !== checksum)
    throw new Error('This is no secret key of minisign.');
  if (hiding !== encryption && hiding !== noEncryption)
    throw new Error('The secret key is encrypted in a way that is not known here.');
  if (hiding === encryption && password === '')
    throw new Error('The secret key has a password, and none was given.');
  const hidden = bytes.subarray(headBytes);
  const body = hiding === encryption ? revealed(hidden, bytes, password) : hidden;
  const [id, both] = [body.subarray(0, 8), body.subarray(8, 72)];
  const key = { id, seed: both.subarray(0, 32) };
  // Instead of the checksum, which the tool leaves empty without a password, and which plain Node cannot compute.
  if (!Buffer.from(publicKeyText(key), 'base64').subarray(10).equals(both.subarray(32)))
    throw new Error('The password of the secret key is not this one.');
  return key;
}

/** A new key, and never the same twice; without a password nothing but the place it is kept in protects it. */
export function newSecretKey(random: (length: number) => Uint8Array = randomBytes): SecretKey {
  return { id: random(8), seed: random(32) };
}

function revealed(hidden: Uint8Array, bytes: Buffer, password: string): Buffer {
  const salt = bytes.subarray(6, 38);
  const { cost, parallelization } = costOf(bytes.readBigUInt64LE(38), bytes.readBigUInt64LE(46));
  const mask = scryptSync(password, salt, bodyBytes, {
    cost,
    blockSize,
    parallelization,
    // The tool asks for a gibibyte, and scrypt wants a little beside it.
    maxmem: 2 * 128 * cost * blockSize,
  });
  return Buffer.from(hidden.map((byte, at) => byte ^ (mask[at] ?? 0)));
}

const blockSize = 8;

/** The parameters of scrypt that libsodium derives from its limits of work and memory (`pickparams`). */
function costOf(work: bigint, memory: bigint): { cost: number; parallelization: number } {
  const operations = Number(work < 32_768n ? 32_768n : work);
  const bytes = Number(memory);
  const isShortOfWork = operations < bytes / 32;
  const most = Math.floor(isShortOfWork ? operations / (blockSize * 4) : bytes / (blockSize * 128));
  let cost = 2;
  while (cost <= Math.floor(most / 2)) cost *= 2;
  const parallelization = isShortOfWork ? 1 : Math.floor(Math.floor(operations / 4 / cost) / blockSize);
  if (cost > 2 ** 24 || parallelization < 1)
    throw new Error('The secret key asks for more memory than is sound.');
  return { cost, parallelization };
}
