import {
  expectNoNonce,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import { messageOf } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import { retryAfterTime } from '../http/retry-time.ts';
import type { Provider } from './provider.ts';
import { objectIn, readRefusal } from './refusal.ts';
import { shown } from './shown.ts';
import type { TokenSet } from './token-set.ts';

/** What a token endpoint said, once it is known whether to believe it. */
export type TokenAnswer =
  | { readonly is: 'tokens'; readonly tokens: TokenSet }
  /** An error as RFC 6749 §5.2 has it; `reason` repeats the code. */
  | { readonly is: 'error'; readonly code: string; readonly reason: string }
  /** Anything else. `mayBeSpent`: what was given may have been used up all the same. */
  | {
      readonly is: 'unusable';
      readonly reason: string;
      readonly mayBeSpent: boolean;
      readonly retryAt: number | undefined;
    };

/** What was asked with, and when: the answer is read by it. */
export interface Asked {
  readonly grant: 'code' | 'device' | 'refresh';
  /** Of the authorization request, where it asked for an ID token. */
  readonly nonce: string | undefined;
  /** Before the request left, so that a lifetime is never counted too long (ms since the epoch). */
  readonly at: number;
  /** What was sent and must not be shown if the provider repeats it. */
  readonly secrets: readonly string[];
}

/** No token lives longer (s); what claims to is asked for again after this time. */
const longestLifetime = 366 * 86_400;

/** Errors that say "not now" (RFC 6749 §4.1.2.1 has them for the other endpoint; servers use them here too). */
const passing: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** Reads the answer of a token endpoint. Never rejects. */
export async function readTokenAnswer(
  response: Response,
  provider: Provider,
  asked: Asked,
): Promise<TokenAnswer> {
  if (response.status !== 200) return refused(response, provider, asked);
  const body = await objectIn(response);
  if (body === undefined) {
    const type = shown(response.headers.get('content-type') ?? 'no content type', [], 60);
    return unusable(`answered with something else than tokens (${type})`, true);
  }
  try {
    return { is: 'tokens', tokens: await tokensIn(tidied(body, provider, asked), provider, asked) };
  } catch (error) {
    const why = shown(messageOf(error), secretsOf(provider, asked), 120);
    return unusable(`answered with tokens that cannot be used (${why})`, true);
  }
}

async function refused(response: Response, provider: Provider, asked: Asked): Promise<TokenAnswer> {
  const { status } = response;
  const { code, reason } = await readRefusal(response, secretsOf(provider, asked));
  const isFinal = status >= 400 && status < 500 && code !== '' && !passing.has(code);
  if (isFinal && (status !== 429 || code === 'slow_down')) return { is: 'error', code, reason };
  return {
    is: 'unusable',
    reason: code === '' ? reason : `answered with status ${status} (${reason})`,
    // A server that fails may have failed after its work was done; one that turns a request away has not begun.
    mayBeSpent: status >= 500 || passing.has(code),
    retryAt: retryAfterTime([...response.headers].flat(), asked.at),
  };
}

function unusable(reason: string, mayBeSpent: boolean): TokenAnswer {
  return { is: 'unusable', reason, mayBeSpent, retryAt: undefined };
}

/**
 * The answer without what does not matter enough to lose the tokens over: with a rotating provider an answer
 * that is thrown away is an account that is gone.
 */
function tidied(
  body: Readonly<Record<string, unknown>>,
  { settings }: Provider,
  { grant }: Asked,
): Record<string, unknown> {
  const { expires_in: lifetime, refresh_token: refresh, id_token: idToken, scope, ...rest } = body;
  const seconds = typeof lifetime === 'string' ? Number(lifetime) : lifetime;
  const isLifetime = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0;
  // Only who knows its issuer and its own name can check an ID token; a renewal needs none.
  const isChecked = grant !== 'refresh' && settings.issuer !== undefined && settings.clientId !== undefined;
  return {
    ...rest,
    ...(isLifetime && { expires_in: Math.min(seconds, longestLifetime) }),
    ...(typeof refresh === 'string' && refresh !== '' && { refresh_token: refresh }),
    ...(typeof scope === 'string' && { scope }),
    ...(isChecked && typeof idToken === 'string' && idToken !== '' && { id_token: idToken }),
  };
}

async function tokensIn(body: Record<string, unknown>, provider: Provider, asked: Asked): Promise<TokenSet> {
  const { server, client, settings } = provider;
  const response = Response.json(body);
  const expectedNonce = body['id_token'] === undefined ? expectNoNonce : (asked.nonce ?? expectNoNonce);
  const read =
    asked.grant === 'code'
      ? await processAuthorizationCodeResponse(server, client, response, { expectedNonce })
      : await processRefreshTokenResponse(server, client, response);
  if (read.token_type !== 'bearer') throw new Error(`token_type is "${shown(read.token_type, [], 20)}"`);
  const lifetime = read.expires_in ?? settings.tokenLifetimeSeconds;
  return {
    access: new Secret(read.access_token),
    refresh: read.refresh_token === undefined ? undefined : new Secret(read.refresh_token),
    expiresAt: lifetime === undefined ? undefined : asked.at + lifetime * 1000,
    scope: read.scope === undefined ? undefined : shown(read.scope, [], 1000),
    label: labelIn(read),
  };
}

/** Whose tokens these may be: the token answer's own word (Claude Code's gateways have `email`), else the ID token's. */
function labelIn(read: TokenEndpointResponse): string | undefined {
  const claims = getValidatedIdTokenClaims(read);
  const names = ['email', 'preferred_username', 'name', 'sub'];
  const candidates: unknown[] = [read['email'], ...names.map((name) => claims?.[name])];
  for (const candidate of candidates) {
    const text = typeof candidate === 'string' ? shown(candidate, [], 100) : '';
    if (text !== '') return text;
  }
  return undefined;
}

function secretsOf(provider: Provider, asked: Asked): string[] {
  return [...provider.secrets, ...asked.secrets];
}
