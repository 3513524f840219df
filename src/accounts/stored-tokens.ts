import * as z from 'zod';
import { once } from '../base/once.ts';
import { Secret } from '../base/secret.ts';
import type { TokenSet } from '../oauth/token-set.ts';

/** Tokens as an account has them: with what is known of their life. Moments are milliseconds since the epoch. */
export interface KeptTokens extends TokenSet {
  /** When they were stored, moments after they were given out; undefined where nobody has said. */
  readonly keptAt?: number | undefined;
  /**
   * A refresh of these tokens began then. Nobody knows of its answer: it is underway, or it was cut short, and
   * then a provider that rotates may count the refresh token as used.
   */
  readonly refreshBegunAt?: number | undefined;
  /** They cannot be renewed any more: somebody has to sign in. */
  readonly over?: Over | undefined;
}

/** Why and since when tokens are good for nothing. */
export interface Over {
  readonly since: number;
  /** In words a person understands. */
  readonly reason: string;
}

/** The last moment a calendar can show (ECMA-262 §21.4.1.1). */
const lastMoment = 8.64e15;

const moment = () =>
  z
    .number()
    .transform((ms) => (ms >= 0 && ms <= lastMoment ? ms : undefined))
    .optional();

const shape = once(() =>
  z.object({
    access: z.string().min(1),
    refresh: z.string().min(1).optional(),
    expiresAt: moment(),
    scope: z.string().optional(),
    label: z.string().optional(),
    keptAt: moment(),
    refreshBegunAt: moment(),
    over: z.object({ since: moment().transform((since) => since ?? 0), reason: z.string() }).optional(),
  }),
);

/** Tokens as they lie in the vault: one secret an account, so that they change together or not at all. */
export function toStored({ access, refresh, ...rest }: KeptTokens): Secret {
  return new Secret(JSON.stringify({ access: access.reveal(), refresh: refresh?.reveal(), ...rest }));
}

/** What {@link toStored} has written; undefined where it is something else. */
export function fromStored(secret: Secret): KeptTokens | undefined {
  const read = shape().safeParse(parsed(secret.reveal()));
  if (!read.success) return undefined;
  const { access, refresh, expiresAt, scope, label, ...life } = read.data;
  return {
    access: new Secret(access),
    refresh: refresh === undefined ? undefined : new Secret(refresh),
    expiresAt,
    scope,
    label,
    ...life,
  };
}

/** Whether two sets are of one sign-in or refresh. */
export function areSameTokens(a: TokenSet, b: TokenSet): boolean {
  return a.access.reveal() === b.access.reveal() && a.refresh?.reveal() === b.refresh?.reveal();
}

/** Whether the same is known of two sets of one sign-in or refresh. */
export function areInSameState(a: KeptTokens, b: KeptTokens): boolean {
  return a.refreshBegunAt === b.refreshBegunAt && a.over?.since === b.over?.since;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
