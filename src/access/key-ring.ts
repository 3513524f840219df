import type { Clock } from '../base/clock.ts';
import { sha256 } from '../base/hash.ts';
import { product } from '../base/product.ts';
import type { ClientKey } from './client-key.ts';

/** What a presented key turns out to be. Only `known` lets anybody in. */
export type Authentication =
  | { readonly is: 'known'; readonly key: ClientKey }
  | { readonly is: 'unknown' }
  | { readonly is: 'expired'; readonly key: ClientKey }
  | { readonly is: 'revoked'; readonly key: ClientKey };

/** A key with what it is known by. */
export interface RingEntry {
  readonly digest: Buffer;
  key: ClientKey;
}

/** Longer than any key of ours, whatever its prefix will be: nothing longer is worth hashing. */
const longestPresented = 256;

/** The client keys as calls are checked against them, by the hash of each: in memory, without the keys themselves. */
export class KeyRing {
  readonly #clock: Clock;
  readonly #onUse: (key: ClientKey, now: number) => void;
  #byHash = new Map<string, RingEntry>();

  /** @param onUse told of every key that lets somebody in; `now` in milliseconds since the epoch */
  constructor(clock: Clock, onUse: (key: ClientKey, now: number) => void = () => {}) {
    this.#clock = clock;
    this.#onUse = onUse;
  }

  /** Takes these keys in place of those before, by hash (hexadecimal). */
  fill(keys: Iterable<readonly [hash: string, key: ClientKey]>): void {
    this.#byHash = new Map();
    for (const [hash, key] of keys) this.put(hash, key);
  }

  put(hash: string, key: ClientKey): void {
    this.#byHash.set(hash, { digest: Buffer.from(hash, 'hex'), key });
  }

  get(hash: string): RingEntry | undefined {
    return this.#byHash.get(hash);
  }

  entries(): RingEntry[] {
    return [...this.#byHash.values()];
  }

  /** Every key by its hash, as {@link fill} takes them. */
  hashed(): [hash: string, key: ClientKey][] {
    return [...this.#byHash].map(([hash, { key }]) => [hash, key]);
  }

  /** Whether any key could let a client in. */
  get hasAny(): boolean {
    const now = this.#clock.now();
    for (const { key } of this.#byHash.values()) if (standingOf(key, now) === 'known') return true;
    return false;
  }

  /** Looks `presented` up, in the same time whatever it is. */
  authenticate(presented: string): Authentication {
    if (!presented.startsWith(product.keyPrefix) || presented.length > longestPresented)
      return { is: 'unknown' };
    const digest = digestOf(presented);
    const entry = this.#byHash.get(digest.toString('hex'));
    // The look-up by hash tells an attacker nothing he could steer; the comparison makes that plain.
    if (entry === undefined || !crypto.timingSafeEqual(entry.digest, digest)) return { is: 'unknown' };
    const now = this.#clock.now();
    const is = standingOf(entry.key, now);
    if (is === 'known') this.#onUse(entry.key, now);
    return { is, key: entry.key };
  }
}

/**
 * What is stored of a key. A fast hash is enough: a key holds 256 random bits, and nobody guesses those,
 * however quickly he can try. Slow hashes are for passwords, which people choose.
 */
export function digestOf(presented: string): Buffer {
  return sha256().update(presented).digest();
}

function standingOf(key: ClientKey, now: number): 'known' | 'expired' | 'revoked' {
  if (key.revokedAt !== undefined) return 'revoked';
  return key.expiresAt !== undefined && now >= key.expiresAt ? 'expired' : 'known';
}
