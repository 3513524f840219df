import type { KeptTokens } from './stored-tokens.ts';

/** How much earlier than its expiry a token is given up (ms): calls take time to arrive. */
const lastMomentsMs = 5_000;
/** A token of a usual lifetime is renewed at least so long before its expiry (ms). */
const leastLeadMs = 300_000;

/** How pauses between attempts grow (ms). */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long access tokens were made to live (ms); undefined where nobody knows. */
export function lifeOf({ expiresAt, keptAt }: KeptTokens): number | undefined {
  return expiresAt === undefined || keptAt === undefined ? undefined : Math.max(0, expiresAt - keptAt);
}

/** How long the access token can still be used at `now` (ms); negative when it is over, infinite where nobody knows. */
export function leftOf(tokens: KeptTokens, now: number): number {
  const { expiresAt } = tokens;
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  const life = lifeOf(tokens) ?? Math.max(0, expiresAt - now);
  // A clock that was set back lets no token live longer than it was made for.
  return Math.min(expiresAt - now, life) - Math.min(lastMomentsMs, life / 20);
}

/**
 * When the tokens are to be renewed (ms since the epoch), looked at for the first time at `now`: after 82 to 88 %
 * of their life, or some minutes before their expiry, or after two thirds of a life that is shorter than those.
 * `spread`, 0 … 1, keeps accounts and processes apart. Undefined where that is never, or nobody knows.
 */
export function dueAt(tokens: KeptTokens, now: number, spread: number): number | undefined {
  const { expiresAt, refresh, over } = tokens;
  if (refresh === undefined || over !== undefined) return undefined;
  // What was cut short is taken up at once: some providers take the old token for a few seconds more.
  if (tokens.refreshBegunAt !== undefined) return 0;
  if (expiresAt === undefined) return undefined;
  const life = lifeOf(tokens) ?? Math.max(0, expiresAt - now);
  const lead = Math.max(0.15 * life, Math.min(leastLeadMs, life / 3));
  return expiresAt - lead * (0.8 + 0.4 * spread);
}

/** The pause after so many failures in a row (ms), a quarter more or less by `spread`, 0 … 1. */
export function pauseAfter(failures: number, { firstMs, longestMs }: Pauses, spread: number): number {
  const pause = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return pause * (0.75 + spread / 2);
}
