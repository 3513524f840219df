import { AuthorizationResponseError, calculatePKCECodeChallenge, validateAuthResponse } from 'oauth4webapi';
import { messageOf } from '../base/errors.ts';
import { beginning, type Redemption } from './grants.ts';
import type { Provider } from './provider.ts';
import { withWords } from './refusal.ts';
import { shown } from './shown.ts';

/** An authorization request that a browser is sent away with (RFC 6749 §4.1.1), and what only we know of it. */
export interface Request {
  /** What the person opens. */
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string | undefined;
}

/** What an answer that came back is worth. */
export type Judgement =
  | { readonly is: 'code'; readonly redemption: Redemption }
  /** It belongs to another sign-in, or was made up: it changes nothing. */
  | { readonly is: 'foreign' }
  | { readonly is: 'denied' | 'refused' | 'unsound'; readonly reason: string };

/** PKCE's verifier (43 characters, RFC 7636 §4.1), state and nonce: three draws, none made from another. */
const secretBytes = 32;

export async function authorizationRequest(
  { server, client, settings }: Provider,
  redirectUri: string,
  random: (bytes: number) => Uint8Array,
): Promise<Request> {
  const draw = (): string => Buffer.from(random(secretBytes)).toString('base64url');
  const [verifier, state] = [draw(), draw()];
  const nonce = settings.scopes.includes('openid') ? draw() : undefined;
  const url = new URL(server.authorization_endpoint ?? '');
  const ours = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(nonce !== undefined && { nonce }),
  };
  // The endpoint's own query stays (RFC 6749 §3.1); nothing in it or in the settings stands before what is ours.
  for (const [name, value] of beginning(settings)) url.searchParams.append(name, value);
  for (const [name, value] of Object.entries(ours)) url.searchParams.set(name, value);
  return { url: url.href, redirectUri, state, verifier, nonce };
}

/** Reads what came back to the redirect URI, or was pasted: {@link Judgement}. */
export function judge(provider: Provider, request: Request, answer: URLSearchParams): Judgement {
  const states = answer.getAll('state');
  if (states.length !== 1 || states[0] !== request.state) return { is: 'foreign' };
  const { server, client, settings, secrets } = provider;
  const checked = new URLSearchParams(answer);
  // Without an issuer in the settings there is nothing to compare with (RFC 9207 §2.4).
  if (settings.issuer === undefined) checked.delete('iss');
  try {
    const brand = validateAuthResponse(server, client, checked, request.state);
    if ((brand.get('code') ?? '') === '')
      return { is: 'unsound', reason: 'sent the browser back without a code' };
    const { redirectUri, verifier, nonce } = request;
    return { is: 'code', redemption: { answer: brand, redirectUri, verifier, nonce } };
  } catch (error) {
    if (!(error instanceof AuthorizationResponseError)) {
      const reason = `sent an answer back that is not believed (${shown(messageOf(error), secrets, 120)})`;
      return { is: 'unsound', reason };
    }
    const code = shown(error.error, secrets, 64);
    const reason = withWords(code, error.error_description, secrets);
    return code === 'access_denied' ? { is: 'denied', reason } : { is: 'refused', reason };
  }
}
