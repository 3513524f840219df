import { randomBytes, sha256 } from '../base/hash.ts';

/** AES-256 takes keys of this many bytes. */
const keyLength = 32;

/** The key every secret of a vault is encrypted with. Like a Secret, it cannot be printed by accident. */
export class VaultKey {
  /**
   * Tells keys apart without telling anything about them: a hash of 256 random bits. It stands in the file,
   * so that a wrong key is known from a damaged file.
   */
  readonly id: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.id = sha256().update('vault key id 1\0').update(bytes).digest('hex').slice(0, 16);
  }

  static random(): VaultKey {
    return new VaultKey(randomBytes(keyLength));
  }

  /** The key in `bytes`: as they are, or as text in base64, base64url or hex. Undefined where it is none. */
  static read(bytes: Uint8Array): VaultKey | undefined {
    const keys = VaultKey.readAll(bytes);
    return keys?.length === 1 ? keys[0] : undefined;
  }

  /** The same for a file that may hold several, one a line. Undefined where anything in it is no key. */
  static readAll(bytes: Uint8Array): VaultKey[] | undefined {
    if (bytes.length === keyLength) return [new VaultKey(bytes)];
    const words = Buffer.from(bytes).toString('latin1').split(/\s+/);
    const keys = words.filter((word) => word !== '').map((word) => VaultKey.fromText(word));
    return keys.length > 0 && keys.every((key) => key !== undefined) ? keys : undefined;
  }

  /** The key written as base64, base64url or hex; undefined where the text is no 32 bytes. */
  static fromText(text: string): VaultKey | undefined {
    const trimmed = text.trim();
    if (/^[0-9a-f]{64}$/i.test(trimmed)) return new VaultKey(Buffer.from(trimmed, 'hex'));
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
    return new VaultKey(Buffer.from(trimmed, 'base64url'));
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  /** As a person can copy it, into a password manager or an environment variable. */
  toText(): string {
    return Buffer.from(this.#bytes).toString('base64url');
  }

  toJSON(): string {
    return '[vault key]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[vault key]';
  }
}
