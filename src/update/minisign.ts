import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign as signRaw,
  verify as verifyRaw,
} from 'node:crypto';

/*
 * The format of minisign (https://jedisct1.github.io/minisign/): Ed25519 over the BLAKE2b-512 of a file, and once
 * more over that signature and a comment, so that the comment can be trusted too. The standard tool verifies what
 * is signed here, and the other way round.
 */

/** The algorithm of keys, and that of signatures over a hash. Those over the whole file ("Ed") are of old versions. */
const keyAlgorithm = 'Ed';
const prehashed = 'ED';

const untrustedStart = 'untrusted comment: ';
const trustedStart = 'trusted comment: ';

/** Whom a signature can be of. */
export interface PublicKey {
  /** Sixteen hexadecimal digits, as the tool shows it. */
  readonly id: string;
  /** The raw key, 32 bytes. */
  readonly bytes: Uint8Array;
}

/** What signs. Made by `scripts/release/` and by tests; the program itself only verifies. */
export interface SecretKey {
  /** Eight bytes, as they stand in keys and signatures. */
  readonly id: Uint8Array;
  /** The seed of the key, 32 bytes (RFC 8032 §5.1.5). */
  readonly seed: Uint8Array;
}

/** What a signature says about a file. */
export type Verdict =
  | { readonly is: 'signed'; readonly by: PublicKey; readonly trustedComment: string }
  /** It is none, or one of a form that is not accepted. */
  | { readonly is: 'unreadable' }
  /** It may be a good one, of somebody who is not trusted. */
  | { readonly is: 'unknown-key'; readonly keyId: string }
  /** It names a trusted key, which has signed something else. */
  | { readonly is: 'forged' };

/** The key in one line of base64; undefined where it is none. */
export function readPublicKey(line: string): PublicKey | undefined {
  const bytes = base64(line.trim(), 42);
  if (bytes === undefined || bytes.toString('latin1', 0, 2) !== keyAlgorithm) return undefined;
  return { id: idText(bytes.subarray(2, 10)), bytes: bytes.subarray(10) };
}

/**
 * The keys in a text, one a line; lines that begin with `#` and the tool's own comments are passed over.
 *
 * @throws Error that names the line which is no key
 */
export function readPublicKeys(text: string): PublicKey[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, at) => {
    if (line === '' || line.startsWith('#') || line.startsWith(untrustedStart)) return [];
    const key = readPublicKey(line);
    if (key === undefined) throw new Error(`line ${at + 1} is no minisign public key`);
    return [key];
  });
}

/** Whether `signature`, the text of a `.minisig` file, says that one of `keys` has signed `content`. */
export function verify(content: Uint8Array, signature: string, keys: readonly PublicKey[]): Verdict {
  const parts = readSignature(signature);
  if (parts === undefined) return { is: 'unreadable' };
  const { id, raw, trustedComment, overAll } = parts;
  const keyId = idText(id);
  const named = keys.filter((key) => key.id === keyId);
  if (named.length === 0) return { is: 'unknown-key', keyId };
  const hash = hashOf(content);
  const commented = Buffer.concat([raw, Buffer.from(trustedComment)]);
  const by = named.find((key) => isSignedBy(hash, raw, key) && isSignedBy(commented, overAll, key));
  return by === undefined ? { is: 'forged' } : { is: 'signed', by, trustedComment };
}

/** The text of the `.minisig` file for `content`. Comments are of one line. */
export function sign(
  content: Uint8Array,
  { id, seed }: SecretKey,
  trustedComment: string,
  untrustedComment = 'signature from a minisign secret key',
): string {
  const key = privateKey(seed);
  const raw = signRaw(null, hashOf(content), key);
  const overAll = signRaw(null, Buffer.concat([raw, Buffer.from(trustedComment)]), key);
  const head = Buffer.concat([Buffer.from(prehashed), id, raw]);
  const lines = [
    `${untrustedStart}${untrustedComment}`,
    head.toString('base64'),
    `${trustedStart}${trustedComment}`,
    overAll.toString('base64'),
  ];
  return `${lines.join('\n')}\n`;
}

/** The line of base64 that others trust: what {@link readPublicKey} reads. */
export function publicKeyText({ id, seed }: SecretKey): string {
  const { x = '' } = createPublicKey(privateKey(seed)).export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(keyAlgorithm), id, Buffer.from(x, 'base64url')]).toString('base64');
}

interface Parts {
  readonly id: Uint8Array;
  /** The signature of the file. */
  readonly raw: Uint8Array;
  readonly trustedComment: string;
  /** The signature of that signature and the comment. */
  readonly overAll: Uint8Array;
}

function readSignature(text: string): Parts | undefined {
  const [untrusted = '', head = '', trusted = '', last = '', ...rest] = text.split(/\r?\n/);
  if (!untrusted.startsWith(untrustedStart) || !trusted.startsWith(trustedStart)) return undefined;
  if (rest.some((line) => line.trim() !== '')) return undefined;
  const bytes = base64(head.trim(), 74);
  const overAll = base64(last.trim(), 64);
  if (bytes === undefined || overAll === undefined) return undefined;
  if (bytes.toString('latin1', 0, 2) !== prehashed) return undefined;
  const trustedComment = trusted.slice(trustedStart.length);
  return { id: bytes.subarray(2, 10), raw: bytes.subarray(10), trustedComment, overAll };
}

/** Bytes of exactly this length; undefined for any other text, also where base64 would read over a mistake. */
function base64(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text ? bytes : undefined;
}

/** As the tool shows it: the eight bytes are a number, the smallest first. */
function idText(id: Uint8Array): string {
  return Buffer.from(id)
    .toReversed()
    .reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '')
    .toUpperCase();
}

function hashOf(content: Uint8Array): Buffer {
  return createHash('blake2b512').update(content).digest();
}

function isSignedBy(content: Uint8Array, signature: Uint8Array, { bytes }: PublicKey): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') };
  try {
    return verifyRaw(null, content, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
}

/** RFC 8410 §7: what stands before the seed in its PKCS #8 form. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKey(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
}
