/** A key that lets a client in, without the key. Moments are milliseconds since the Unix epoch. */
export interface ClientKey {
  /** `key_` and random characters. */
  readonly id: string;
  /** Unique, whatever its case, among the keys that are not revoked. */
  readonly name: string;
  /** Whose it is; '' where nobody said. */
  readonly owner: string;
  /** The first characters of the key, to recognise it by. */
  readonly hint: string;
  /** Patterns of the models it may use, with `*`; undefined for all. */
  readonly models?: readonly string[];
  /** Ids or names of the accounts it may use; undefined for all. */
  readonly accounts?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly callsAtOnce?: number;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** To the minute. */
  readonly lastUsedAt?: number;
}
