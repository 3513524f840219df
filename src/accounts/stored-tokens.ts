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

/** Tokens as they lie in the vault: one secret an account, so that they change together or not at all. */
export function toStored({ access, refresh, ...rest }: KeptTokens): Secret {
  return new Secret(JSON.stringify({ access: access.reveal(), refresh: refresh?.reveal(), ...rest }));
}

/** What {@link toStored} has written; undefined where it is something else. */
export function fromStored(secret: Secret): KeptTokens | undefined {
  const stored = parsed(secret.reveal());
  if (!isTable(stored)) return undefined;
  const { access, refresh, scope, label, over } = stored;
  const moments = [stored['expiresAt'], stored['keptAt'], stored['refreshBegunAt']] as const;
  if (!isWord(access) || !(refresh === undefined || isWord(refresh))) return undefined;
  if (!isTextOrNone(scope) || !isTextOrNone(label) || !moments.every(isNumberOrNone)) return undefined;
  const [expiresAt, keptAt, refreshBegunAt] = moments.map(shownByCalendars);
  const ended = over === undefined ? undefined : overFrom(over);
  if (over !== undefined && ended === undefined) return undefined;
  return {
    access: new Secret(access),
    refresh: refresh === undefined ? undefined : new Secret(refresh),
    expiresAt,
    scope,
    label,
    keptAt,
    refreshBegunAt,
    over: ended,
  };
}

function overFrom(stored: unknown): Over | undefined {
  if (!isTable(stored)) return undefined;
  const { since, reason } = stored;
  if (!isNumberOrNone(since) || typeof reason !== 'string') return undefined;
  return { since: shownByCalendars(since) ?? 0, reason };
}

function shownByCalendars(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms <= lastMoment ? ms : undefined;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isNumberOrNone(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
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
