import type { Role } from './people/role.ts';

/** What a key may spend in a day, a week or a month: money or tokens, one of them. */
export interface KeyBudget {
  readonly period: 'daily' | 'weekly' | 'monthly';
  readonly limitUsd?: number | undefined;
  readonly limitTokens?: number | undefined;
  /** Calls are refused once it is used up; else only warned of. */
  readonly hard: boolean;
}

/** A key that lets a client in, without the key. Moments are milliseconds since the Unix epoch. */
export interface ClientKey {
  /** `key_` and random characters; `key_env_` where the environment brought it. */
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
  /** Its own, beside those of the settings; undefined for none. */
  readonly budgets?: readonly KeyBudget[];
  /** What it may do to the proxy itself, besides calling; undefined for nothing. */
  readonly role?: Role;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** To the minute. */
  readonly lastUsedAt?: number;
}
