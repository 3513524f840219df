import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { isSafeUrl } from '../config/hosts.ts';
import { askOver, Unanswered, type Carrier } from './ask.ts';
import { shown } from './shown.ts';

/** What an issuer says of itself, as far as it is used. */
export type Metadata = AuthorizationServer;

/** How looking an issuer up ended. */
export type Found =
  | { readonly is: 'found'; readonly metadata: Metadata }
  | { readonly is: 'unreachable'; readonly reason: string }
  /** There is an answer, but nothing to build on. */
  | { readonly is: 'unsound'; readonly reason: string };

/** Which document is looked for first: RFC 8414's, or that of OpenID discovery. */
export type First = 'oauth2' | 'oidc';

const orders = { oauth2: ['oauth2', 'oidc'], oidc: ['oidc', 'oauth2'] } as const;

/** How long a document counts as fresh (ms). */
const freshMs = 60 * 60_000;

/** Documents kept; settings with more issuers look some of them up more often. */
const mostKept = 50;

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
] as const;

/** Looks issuers up, and remembers for an hour. A document that cannot be renewed goes on being used. */
export class Discovery {
  readonly #sender: Carrier;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly metadata: Metadata; freshUntil: number }>();
  readonly #running = new Map<string, Promise<Found>>();

  constructor(sender: Carrier, clock: Clock) {
    this.#sender = sender;
    this.#clock = clock;
  }

  /** The document of `issuer`; those who ask at once share one request. */
  async find(issuer: string, first: First = 'oauth2'): Promise<Found> {
    const key = `${first} ${issuer}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#clock.monotonic() < kept.freshUntil)
      return { is: 'found', metadata: kept.metadata };
    const running = this.#running.get(key) ?? this.#look(issuer, first, key);
    const found = await running;
    return found.is === 'unreachable' && kept !== undefined
      ? { is: 'found', metadata: kept.metadata }
      : found;
  }

  /** What the document of `issuer` said led nowhere: it is looked up again before the next use. */
  doubt(issuer: string): void {
    for (const first of orders.oauth2) {
      const kept = this.#kept.get(`${first} ${issuer}`);
      if (kept !== undefined) kept.freshUntil = 0;
    }
  }

  #look(issuer: string, first: First, key: string): Promise<Found> {
    const running = this.#ask(issuer, first)
      .then((found) => {
        if (found.is === 'found') this.#keep(key, found.metadata);
        return found;
      })
      .finally(() => {
        this.#running.delete(key);
      });
    this.#running.set(key, running);
    return running;
  }

  #keep(key: string, metadata: Metadata): void {
    this.#kept.delete(key);
    this.#kept.set(key, { metadata, freshUntil: this.#clock.monotonic() + freshMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
  }

  /** One document, else the other: each server has one of the two, and many have both. */
  async #ask(issuer: string, first: First): Promise<Found> {
    let reason = '';
    for (const algorithm of orders[first]) {
      const response = await this.#request(issuer, algorithm);
      if (response instanceof Unanswered) return { is: 'unreachable', reason: response.message };
      if (response.status >= 500 || response.status === 429)
        return { is: 'unreachable', reason: `answered with status ${response.status}` };
      const json = await documentIn(response);
      if (json !== undefined) return judged(issuer, json);
      reason ||= `has no discovery document (status ${response.status})`;
    }
    return { is: 'unsound', reason };
  }

  async #request(issuer: string, algorithm: First): Promise<Response | Unanswered> {
    try {
      return await discoveryRequest(new URL(issuer), {
        algorithm,
        [customFetch]: askOver(this.#sender, this.#clock),
        [allowInsecureRequests]: isSafeUrl(new URL(issuer)),
      });
    } catch (error) {
      return error instanceof Unanswered ? error : new Unanswered(messageOf(error), false);
    }
  }
}

/** The JSON object of a good answer; a web page, a redirect and a 404 all mean "not here". */
async function documentIn(response: Response): Promise<Response | undefined> {
  if (response.status !== 200) return undefined;
  const value: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? response : undefined;
}

async function judged(issuer: string, response: Response): Promise<Found> {
  const claimed: unknown = await response.clone().json();
  const said: unknown = Reflect.get(Object(claimed), 'issuer');
  // Identical, letter by letter (RFC 8414 §3.3); the library compares parsed URLs.
  if (said !== issuer) {
    const name = typeof said === 'string' ? `"${shown(said, [], 100)}"` : 'nobody';
    return { is: 'unsound', reason: `calls itself ${name}, not "${issuer}"` };
  }
  try {
    return checked(issuer, await processDiscoveryResponse(new URL(issuer), response));
  } catch (error) {
    return { is: 'unsound', reason: shown(messageOf(error)) };
  }
}

/** Refuses endpoints that secrets must not travel to, and keeps what is used. */
function checked(issuer: string, all: AuthorizationServer): Found {
  for (const name of endpoints) {
    const url: unknown = all[name];
    if (url !== undefined && !isSafeEndpoint(url, issuer))
      return { is: 'unsound', reason: `names a ${name} that is not https` };
  }
  const metadata: Metadata = {
    issuer,
    ...picked(all, [...endpoints, 'authorization_response_iss_parameter_supported']),
    // Asked at the page's sign-ins alone, and never in the clear: without it, there is only what the ID token says.
    ...(isSafeEndpoint(all.userinfo_endpoint, issuer) && picked(all, ['userinfo_endpoint'])),
    ...picked(all, ['token_endpoint_auth_methods_supported', 'id_token_signing_alg_values_supported']),
  };
  return { is: 'found', metadata };
}

/** Plain http counts only where the issuer itself is on this machine: no server may point into it from outside. */
function isSafeEndpoint(text: unknown, issuer: string): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (new URL(issuer).protocol === 'http:' && isSafeUrl(url));
}

function picked<Name extends keyof AuthorizationServer>(
  all: AuthorizationServer,
  names: readonly Name[],
): Pick<AuthorizationServer, Name> {
  const entries = names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same members, fewer of them
  return Object.fromEntries(entries) as Pick<AuthorizationServer, Name>;
}
