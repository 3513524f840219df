import { createHash } from 'node:crypto';
import type { Draws } from './ids.ts';
import {
  settleOAuth,
  type Clients,
  type OAuthOptions,
  type OAuthSettings,
  type Person,
} from './oauth-options.ts';
import { TokenBook, type Family, type Issued } from './oauth-tokens.ts';

/** A refusal of the token endpoint (RFC 6749 §5.2, RFC 8628 §3.5). */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

/** What a browser asked for, already checked. */
export interface AuthorizationAsk {
  readonly client: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string | undefined;
}

interface Code extends AuthorizationAsk {
  readonly person: Person;
  readonly expiresAt: number;
  /** What came of it, once it was used. */
  family: Family | undefined;
}

/** A device grant that waits for a person, or has its answer. */
export interface DeviceGrant {
  readonly userCode: string;
  readonly client: string | undefined;
  readonly scope: string | undefined;
  readonly expiresAt: number;
  intervalMs: number;
  askedAt: number;
  decision: { readonly by: Person } | 'denied' | 'used' | undefined;
}

/** Letters without vowels, so that no code is a word (RFC 8628 §6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/** The sign-ins of the simulated provider: codes, device grants and what they become. */
export class SignIns {
  settings: OAuthSettings;
  readonly people: readonly Person[];
  readonly clients: Clients | undefined;
  readonly book: TokenBook;
  readonly #draws: Draws;
  readonly #codes = new Map<string, Code>();
  readonly #devices = new Map<string, DeviceGrant>();

  constructor(options: OAuthOptions | undefined, draws: Draws) {
    ({ settings: this.settings, people: this.people, clients: this.clients } = settleOAuth(options));
    this.book = new TokenBook(draws);
    this.#draws = draws;
  }

  /** The person of that name or address, the first where none is named. */
  person(name: string | undefined): Person | undefined {
    if (name === undefined || name === '') return this.people[0];
    return this.people.find((one) => one.name === name || one.email === name);
  }

  /** A code for a browser that goes back. */
  code(ask: AuthorizationAsk, person: Person, now: number): string {
    const code = this.#draws.id('sim-code-');
    const expiresAt = now + this.settings.codeSeconds * 1000;
    this.#codes.set(code, { ...ask, person, expiresAt, family: undefined });
    return code;
  }

  /** @throws OAuthError invalid_grant; a code that was used before takes back what it had become */
  redeem(
    code: string,
    given: { readonly client: string; readonly redirectUri: string; readonly verifier: string },
    now: number,
  ): { family: Family; issued: Issued } {
    const known = this.#codes.get(code);
    if (known === undefined) throw new OAuthError('invalid_grant', 'The code is not known.');
    if (known.family !== undefined) {
      known.family.isRevoked = true;
      throw new OAuthError('invalid_grant', 'The code has been used before.');
    }
    if (known.expiresAt <= now) throw new OAuthError('invalid_grant', 'The code has expired.');
    if (known.client !== given.client)
      throw new OAuthError('invalid_grant', 'The code is of another client.');
    if (known.redirectUri !== given.redirectUri)
      throw new OAuthError('invalid_grant', 'The redirect_uri is another one.');
    const challenge = createHash('sha256').update(given.verifier).digest('base64url');
    if (challenge !== known.challenge)
      throw new OAuthError('invalid_grant', 'The code_verifier does not fit the code_challenge.');
    known.family = this.book.begin(known.person, known.client, known.scope, now);
    return { family: known.family, issued: this.book.issue(known.family, this.settings, now) };
  }

  /** A device grant (RFC 8628 §3.1), with the code to ask about it. */
  device(client: string | undefined, scope: string | undefined, now: number): [code: string, DeviceGrant] {
    const code = this.#draws.id('sim-device-') + this.#draws.id('');
    const { deviceSeconds, intervalSeconds, consent } = this.settings;
    const [first] = this.people;
    const grant: DeviceGrant = {
      userCode: this.#userCode(),
      client,
      scope,
      expiresAt: now + deviceSeconds * 1000,
      intervalMs: intervalSeconds * 1000,
      askedAt: now,
      decision:
        consent === 'ask' || first === undefined ? undefined : consent === 'deny' ? 'denied' : { by: first },
    };
    this.#devices.set(code, grant);
    return [code, grant];
  }

  /** The grants that nobody has decided about. */
  waiting(now: number): DeviceGrant[] {
    return [...this.#devices.values()].filter(
      ({ decision, expiresAt }) => decision === undefined && expiresAt > now,
    );
  }

  /** Whether there was such a code to decide about. */
  decide(userCode: string, decision: { readonly by: Person } | 'denied', now: number): boolean {
    const wanted = userCode.toUpperCase().replaceAll(/[^A-Z]/g, '');
    const grant = this.waiting(now).find((one) => one.userCode.replace('-', '') === wanted);
    if (grant !== undefined) grant.decision = decision;
    return grant !== undefined;
  }

  /** The answer to one question about a device grant. @throws OAuthError as RFC 8628 §3.5 has them */
  poll(code: string, client: string | undefined, now: number): { family: Family; issued: Issued } {
    const grant = this.#devices.get(code);
    if (grant === undefined || grant.client !== client || grant.decision === 'used')
      throw new OAuthError('invalid_grant', 'The device_code is not known.');
    if (grant.expiresAt <= now) throw new OAuthError('expired_token', 'The device_code has expired.');
    const isEarly = now - grant.askedAt < grant.intervalMs;
    grant.askedAt = now;
    if (isEarly) {
      grant.intervalMs += 5000;
      throw new OAuthError('slow_down', 'Ask less often.');
    }
    const { decision } = grant;
    if (decision === undefined) throw new OAuthError('authorization_pending', 'Nobody has decided yet.');
    if (decision === 'denied') throw new OAuthError('access_denied', 'The person said no.');
    grant.decision = 'used';
    const family = this.book.begin(decision.by, client, grant.scope, now);
    return { family, issued: this.book.issue(family, this.settings, now) };
  }

  /** @throws OAuthError invalid_grant */
  renew(refresh: string, client: string | undefined, now: number): { family: Family; issued: Issued } {
    const renewed = this.book.renew(refresh, client, this.settings, now);
    if (renewed !== undefined) return renewed;
    throw new OAuthError('invalid_grant', 'The refresh token is not good any more.', 400);
  }

  #userCode(): string {
    const draw = (): string => letters[this.#draws.next() % letters.length] ?? '';
    const four = (): string => Array.from({ length: 4 }, draw).join('');
    return `${four()}-${four()}`;
  }
}
