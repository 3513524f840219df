import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  customFetch,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointRequestOptions,
  userInfoRequest,
} from 'oauth4webapi';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { askOver, Unanswered, type Carrier } from './ask.ts';
import type { Provider } from './provider.ts';
import { readTokenAnswer, type Asked, type TokenAnswer } from './token-answer.ts';

/** What requests are made with. */
export interface World {
  readonly sender: Carrier;
  readonly clock: Clock;
}

/** A code that came back, and what belongs to it. */
export interface Redemption {
  /** Checked by the library (`validateAuthResponse`); it takes no other. */
  readonly answer: URLSearchParams;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly nonce: string | undefined;
}

/** What tokens are asked for with. */
export type Grant =
  | { readonly grant: 'code'; readonly with: Redemption }
  | { readonly grant: 'device'; readonly with: string }
  | { readonly grant: 'refresh'; readonly with: string };

/** Asks the token endpoint: sends with one function of the library, reads with `readTokenAnswer`. Never rejects. */
export async function askForTokens(
  provider: Provider,
  wanted: Grant,
  world: World,
  signal?: AbortSignal,
): Promise<TokenAnswer | { readonly is: 'unsent'; readonly reason: string }> {
  const nonce = wanted.grant === 'code' ? wanted.with.nonce : undefined;
  const asked: Asked = { grant: wanted.grant, nonce, at: world.clock.now(), secrets: secretsIn(wanted) };
  try {
    return await readTokenAnswer(await send(provider, wanted, world, signal), provider, asked);
  } catch (error) {
    const reason = messageOf(error);
    if (!(error instanceof Unanswered) || !error.wasSent) return { is: 'unsent', reason };
    return { is: 'unusable', reason, mayBeSpent: true, retryAt: undefined };
  }
}

/** Redeems a code; who reads the answer says what it is for. @throws Unanswered */
export function askForCode(provider: Provider, redemption: Redemption, world: World): Promise<Response> {
  return send(provider, { grant: 'code', with: redemption }, world, undefined);
}

function send(
  { server, client, auth, settings }: Provider,
  wanted: Grant,
  world: World,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const additionalParameters = new URLSearchParams();
  for (const resource of settings.resource) additionalParameters.append('resource', resource);
  const options: TokenEndpointRequestOptions = { ...over(world, signal), additionalParameters };
  switch (wanted.grant) {
    case 'code': {
      const { answer, redirectUri, verifier } = wanted.with;
      return authorizationCodeGrantRequest(server, client, auth, answer, redirectUri, verifier, options);
    }
    case 'device':
      return deviceCodeGrantRequest(server, client, auth, wanted.with, options);
    case 'refresh':
      return refreshTokenGrantRequest(server, client, auth, wanted.with, options);
  }
}

function secretsIn(wanted: Grant): string[] {
  if (wanted.grant !== 'code') return [wanted.with];
  const { answer, verifier } = wanted.with;
  return [answer.get('code') ?? '', answer.get('state') ?? '', verifier];
}

/** Begins a device grant (RFC 8628 §3.1). @throws Unanswered */
export function askForDeviceCode(provider: Provider, world: World): Promise<Response> {
  const { server, client, auth, settings } = provider;
  return deviceAuthorizationRequest(server, client, auth, beginning(settings), over(world));
}

/** What the request that begins a sign-in asks for, whichever way. */
export function beginning(settings: Provider['settings']): URLSearchParams {
  const parameters = new URLSearchParams(settings.extraParams);
  if (settings.scopes.length > 0) parameters.set('scope', settings.scopes.join(' '));
  if (settings.audience !== undefined) parameters.set('audience', settings.audience);
  for (const resource of settings.resource) parameters.append('resource', resource);
  return parameters;
}

/** Gives one token back (RFC 7009 §2.1). @throws Unanswered */
export function askToRevoke(
  { server, client, auth }: Provider,
  token: string,
  hint: 'access_token' | 'refresh_token',
  world: World,
): Promise<Response> {
  const additionalParameters = { token_type_hint: hint };
  return revocationRequest(server, client, auth, token, { ...over(world), additionalParameters });
}

/** Asks whose an access token is (OpenID Connect Core §5.3). @throws Unanswered */
export function askForUserInfo({ server, client }: Provider, token: string, world: World): Promise<Response> {
  const asking = { [customFetch]: askOver(world.sender, world.clock), [allowInsecureRequests]: true };
  return userInfoRequest(server, client, token, asking);
}

/** Which endpoints may be plain http has been decided where they came in: settings and discovery. */
function over(world: World, signal?: AbortSignal): TokenEndpointRequestOptions {
  return { [customFetch]: askOver(world.sender, world.clock, signal), [allowInsecureRequests]: true };
}
