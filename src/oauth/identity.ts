import {
  getValidatedIdTokenClaims,
  type IDToken,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  type UserInfoResponse,
} from 'oauth4webapi';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { Unanswered } from './ask.ts';
import { authorizationRequest, judge, type Request } from './authorization.ts';
import { askForCode, askForUserInfo, type World } from './grants.ts';
import { accountsPage, type Provider, type Providers } from './provider.ts';
import { objectIn, readRefusal } from './refusal.ts';
import { shown } from './shown.ts';

/** Somebody, as a provider vouches for them. */
export interface Identity {
  readonly provider: string;
  /** What the provider calls them, for ever; unique at this provider only. */
  readonly subject: string;
  /** Left out where the provider does not say that it has verified it. */
  readonly email: string | undefined;
  /** For people to read: the address, else what anybody may call themselves, with `(provider:subject)` behind it. */
  readonly name: string;
}

/** A person was sent to the provider: what only we know of it. It is kept by nobody but their own browser, sealed. */
export interface Asked {
  readonly provider: string;
  readonly request: Request;
}

export type Identified =
  | { readonly is: 'known'; readonly identity: Identity }
  /** The answer belongs to another sign-in, or was made up. */
  | { readonly is: 'foreign' }
  | { readonly is: 'denied' | 'refused' | 'unreachable' | 'unsound'; readonly reason: string };

/** What says who somebody is; nothing that would let us act for them. */
const scopes = ['openid', 'email', 'profile'];

/** Asks providers who somebody is (OpenID Connect Core §3.1). No token is kept, or asked for longer than that. */
export class Identities {
  readonly #providers: Providers;
  readonly #world: World;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #log: Log;

  constructor(providers: Providers, world: World, random: (bytes: number) => Uint8Array, log: Log) {
    this.#providers = providers;
    this.#world = world;
    this.#random = random;
    this.#log = log;
  }

  /** Where the browser goes. @throws Problem provider-…, client-secret-missing */
  async ask(name: string, redirectUri: string): Promise<{ readonly url: string; readonly asked: Asked }> {
    const provider = await this.#open(name);
    const request = await authorizationRequest(provider, redirectUri, this.#random);
    return { url: request.url, asked: { provider: name, request } };
  }

  /** Who has come back with `answer`. @throws Problem provider-…, client-secret-missing */
  async identify({ provider: name, request }: Asked, answer: URLSearchParams): Promise<Identified> {
    const provider = await this.#open(name);
    const judged = judge(provider, request, answer);
    if (judged.is !== 'code') return judged;
    try {
      const response = await askForCode(provider, judged.redemption, this.#world);
      const secrets = [...provider.secrets, answer.get('code') ?? '', request.verifier];
      if (response.status !== 200) {
        const { reason } = await readRefusal(response, secrets);
        return { is: isAway(response) ? 'unreachable' : 'refused', reason };
      }
      const { claims, access } = await claimsIn(response, provider, request);
      const more = await this.#furtherClaims(provider, claims, access);
      // The address and whether it is verified are of one source: one may not vouch for what the other says.
      const { email, email_verified } = more ?? claims;
      return { is: 'known', identity: identityIn({ ...more, ...claims, email, email_verified }, provider) };
    } catch (error) {
      if (error instanceof Unanswered) return { is: 'unreachable', reason: messageOf(error) };
      const why = shown(messageOf(error), provider.secrets, 120);
      return { is: 'unsound', reason: `answered with something that is not believed (${why})` };
    }
  }

  /**
   * What the provider's UserInfo says where the ID token does not vouch for an address or against it: by the book the
   * address is there, and only there (OpenID Connect Core §5.4). Where that cannot be had, the subject is known all
   * the same.
   */
  async #furtherClaims(
    provider: Provider,
    { sub, email, email_verified: isVerified }: IDToken,
    access: string | undefined,
  ): Promise<UserInfoResponse | undefined> {
    const { server, client } = provider;
    const isSaid = email !== undefined && isVerified !== undefined;
    if (isSaid || access === undefined || server.userinfo_endpoint === undefined) return undefined;
    try {
      const response = await askForUserInfo(provider, access, this.#world);
      // It must be about the same person: the library compares the subjects (§5.3.2).
      return await processUserInfoResponse(server, client, sub, response);
    } catch (error) {
      const reason = shown(messageOf(error), [...provider.secrets, access], 120);
      this.#log.warn('UserInfo of a provider was not to be had', { provider: provider.name, reason });
      return undefined;
    }
  }

  /** The provider, asked for less than accounts are asked for. */
  async #open(name: string): Promise<Provider> {
    // RFC 8414 knows of no UserInfo, and asks for no list of how ID tokens are signed: those documents may lack both.
    const provider = await this.#providers.open(name, 'oidc');
    const { settings, server } = provider;
    if (settings.clientId === undefined) throw lacks(name, 'client_id');
    if (settings.issuer === undefined) throw lacks(name, 'issuer');
    if (server.authorization_endpoint === undefined) throw lacks(name, 'authorization_endpoint');
    return { ...provider, settings: { ...settings, scopes, resource: [], audience: undefined } };
  }
}

async function claimsIn(
  response: Response,
  { server, client }: Provider,
  { nonce }: Request,
): Promise<{ readonly claims: IDToken; readonly access: string | undefined }> {
  const body = await objectIn(response);
  if (body === undefined || nonce === undefined) throw new Error('no JSON object');
  // Only the ID token counts here; what else servers leave out or add is no reason to turn somebody away.
  const { id_token: idToken, access_token: given } = body;
  const access = typeof given === 'string' && given !== '' ? given : undefined;
  const read = await processAuthorizationCodeResponse(
    server,
    client,
    Response.json({ id_token: idToken, access_token: access ?? 'none', token_type: 'bearer' }),
    { expectedNonce: nonce, requireIdToken: true },
  );
  const claims = getValidatedIdTokenClaims(read);
  if (claims === undefined) throw new Error('no ID token');
  return { claims, access };
}

function identityIn(
  claims: Pick<IDToken, 'sub'> & Readonly<Record<string, unknown>>,
  { name: provider }: Provider,
): Identity {
  const { sub: subject, email, email_verified: isVerified } = claims;
  const vouched = typeof email === 'string' && isVerified === true ? email.trim().toLowerCase() : undefined;
  const called = [claims['preferred_username'], claims['name']]
    .map((one) => (typeof one === 'string' ? shown(one, [], 100) : ''))
    .find((one) => one !== '');
  // Whoever reads later what somebody did must not take one person for another.
  const sure = `${provider}:${shown(subject, [], 100)}`;
  const name = called === undefined ? sure : `${called} (${sure})`;
  return { provider, subject, email: vouched, name: vouched === undefined ? name : shown(vouched, [], 100) };
}

/** It is out of order, or has too much to do: that says nothing of who has come back. */
function isAway({ status }: Response): boolean {
  return status >= 500 || status === 429;
}

function lacks(name: string, key: string): Problem {
  const fix = `Set providers.${name}.${key} in config.toml; ${accountsPage} has examples.`;
  return new Problem(
    'provider-incomplete',
    `Provider "${name}" has no ${key}: nobody can sign in by it.`,
    fix,
  );
}
