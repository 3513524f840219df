import type { Draws } from './ids.ts';
import { KeyState, type Passing } from './keys.ts';
import type { OAuthSettings, Person } from './oauth-options.ts';

/** Everything that came of one sign-in: it lives and dies together (RFC 9700 §4.14.2). */
export interface Family {
  readonly person: Person;
  readonly key: KeyState;
  /** Undefined where a device grant named nobody. */
  readonly client: string | undefined;
  readonly scope: string | undefined;
  isRevoked: boolean;
  renewals: number;
  /** The refresh token that has not been replaced. */
  newest: RefreshToken | undefined;
}

interface AccessToken {
  readonly family: Family;
  readonly expiresAt: number;
}

interface RefreshToken {
  readonly family: Family;
  /** When another one took its place; undefined for the newest. */
  replacedAt: number | undefined;
}

/** What a token endpoint gives out. */
export interface Issued {
  readonly access: string;
  readonly refresh: string | undefined;
}

/** Tokens of one sort before the oldest are forgotten. */
const mostKept = 50_000;

/** The tokens of all sign-ins. */
export class TokenBook implements Passing {
  readonly #draws: Draws;
  readonly #keys = new Map<string, KeyState>();
  readonly #families = new Set<Family>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  /** How often a token that had been replaced came back too late. */
  alarms = 0;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get families(): readonly Family[] {
    return [...this.#families];
  }

  keys(): KeyState[] {
    return [...this.#keys.values()];
  }

  keyOf(credential: string, now: number): KeyState | 'dead' | undefined {
    const token = this.#access.get(credential);
    if (token === undefined) return this.#refresh.has(credential) ? 'dead' : undefined;
    return token.family.isRevoked || token.expiresAt <= now ? 'dead' : token.family.key;
  }

  /** A sign-in of `person`. */
  begin(person: Person, client: string | undefined, scope: string | undefined, now: number): Family {
    const key = this.#keys.get(person.name) ?? new KeyState({ ...person, key: `person ${person.name}` }, now);
    this.#keys.set(person.name, key);
    const family: Family = { person, key, client, scope, isRevoked: false, renewals: 0, newest: undefined };
    this.#families.add(family);
    return family;
  }

  issue(family: Family, settings: OAuthSettings, now: number): Issued {
    const access = this.#draws.id('sim-access-');
    const refresh = settings.refresh === 'none' ? undefined : this.#draws.id('sim-refresh-');
    this.#access.set(access, { family, expiresAt: now + settings.accessSeconds * 1000 });
    if (refresh !== undefined) {
      family.newest = { family, replacedAt: undefined };
      this.#refresh.set(refresh, family.newest);
    }
    dropOldest(this.#access);
    dropOldest(this.#refresh);
    return { access, refresh };
  }

  /** New tokens for `refresh`; undefined where it is good for none. */
  renew(
    refresh: string,
    client: string | undefined,
    settings: OAuthSettings,
    now: number,
  ): { family: Family; issued: Issued } | undefined {
    const token = this.#refresh.get(refresh);
    if (token === undefined || token.family.isRevoked || token.family.client !== client) return undefined;
    const { family, replacedAt } = token;
    if (replacedAt !== undefined && now >= replacedAt + settings.graceSeconds * 1000) {
      this.alarms += 1;
      family.isRevoked = true;
      return undefined;
    }
    family.renewals += 1;
    if (settings.refresh === 'keep') {
      const { access } = this.issue(family, { ...settings, refresh: 'none' }, now);
      return { family, issued: { access, refresh: undefined } };
    }
    // One that came back within the grace time never saw what had replaced it: that goes too.
    for (const one of [token, family.newest]) if (one !== undefined) one.replacedAt ??= now;
    return { family, issued: this.issue(family, settings, now) };
  }

  /** RFC 7009: a refresh token takes its family along, an access token goes alone. */
  revoke(token: string): void {
    const refresh = this.#refresh.get(token);
    if (refresh !== undefined) refresh.family.isRevoked = true;
    const access = this.#access.get(token);
    if (access !== undefined) this.#access.set(token, { ...access, expiresAt: 0 });
  }

  revokeAll(): void {
    for (const family of this.#families) family.isRevoked = true;
  }

  expireAccess(): void {
    for (const [text, token] of this.#access) this.#access.set(text, { ...token, expiresAt: 0 });
  }
}

function dropOldest(tokens: Map<string, unknown>): void {
  for (const oldest of tokens.keys()) {
    if (tokens.size <= mostKept) return;
    tokens.delete(oldest);
  }
}
