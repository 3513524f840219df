// By the runtime's own functions: `node:crypto` would bring its library of streams along, and whatever joins a start stays
// in the memory of an idle proxy (docs/decisions/0516-what-an-idle-proxy-still-loads.md).

/** SHA-256. */
export function sha256(): Bun.CryptoHasher {
  return new Bun.CryptoHasher('sha256');
}

/** HMAC with SHA-256 (RFC 2104). */
export function hmacSha256(key: string): Bun.CryptoHasher {
  return new Bun.CryptoHasher('sha256', key);
}

/** Random enough for keys. */
export function randomBytes(length: number): Buffer {
  return crypto.getRandomValues(Buffer.alloc(length));
}
