import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { messageOf } from '../base/errors.ts';
import type { Discovery } from './discovery.ts';
import { askForTokens, askToRevoke, type World } from './grants.ts';
import type { Refreshed, Revoked } from './outcome.ts';
import type { Provider, Providers } from './provider.ts';
import { readRefusal } from './refusal.ts';

/** What already given tokens are renewed and given back with. */
export interface Desk {
  readonly providers: Providers;
  readonly discovery: Discovery;
  readonly world: World;
}

/** New tokens for a refresh token (RFC 6749 §6). Never rejects. */
export async function refresh(
  { providers, discovery, world }: Desk,
  name: string,
  token: Secret,
  signal?: AbortSignal,
): Promise<Refreshed> {
  const provider = await opened(providers, name);
  if (provider instanceof Problem) {
    const reason = provider.message;
    return provider.code === 'provider-unreachable'
      ? { is: 'unreachable', reason, retryAt: undefined }
      : { is: 'failed', reason, mayBeSpent: false, retryAt: undefined };
  }
  const asked = { grant: 'refresh', with: token.reveal() } as const;
  const answer = await askForTokens(provider, asked, world, signal);
  switch (answer.is) {
    case 'tokens': {
      const { tokens } = answer;
      return { is: 'renewed', tokens: { ...tokens, refresh: tokens.refresh ?? token } };
    }
    case 'error':
      return { is: 'refused', code: answer.code, reason: of(name, `refused: ${answer.reason}`) };
    case 'unsent':
      doubt(provider, discovery);
      return { is: 'unreachable', reason: of(name, answer.reason), retryAt: undefined };
    case 'unusable': {
      doubt(provider, discovery);
      const { mayBeSpent, retryAt } = answer;
      return { is: 'failed', reason: of(name, answer.reason), mayBeSpent, retryAt };
    }
  }
}

/** Gives tokens back (RFC 7009), the refresh token first: most providers let its family go with it. Never rejects. */
export async function revoke(
  { providers, world }: Desk,
  name: string,
  tokens: { readonly access?: Secret | undefined; readonly refresh?: Secret | undefined },
): Promise<Revoked> {
  const provider = await opened(providers, name);
  if (provider instanceof Problem) return { is: 'failed', reason: provider.message };
  if (provider.server.revocation_endpoint === undefined) return { is: 'not-offered' };
  const failures: string[] = [];
  for (const [hint, token] of [
    ['refresh_token', tokens.refresh],
    ['access_token', tokens.access],
  ] as const) {
    const failure = token === undefined ? undefined : await revokeOne(provider, token.reveal(), hint, world);
    if (failure !== undefined) failures.push(failure);
  }
  return failures.length === 0 ? { is: 'revoked' } : { is: 'failed', reason: of(name, failures.join('; ')) };
}

async function revokeOne(
  provider: Provider,
  token: string,
  hint: 'access_token' | 'refresh_token',
  world: World,
): Promise<string | undefined> {
  try {
    const response = await askToRevoke(provider, token, hint, world);
    if (response.status === 200) return undefined;
    const refusal = await readRefusal(response, [token, ...provider.secrets]);
    // A provider that can give back only one of the two has done what it can (RFC 7009 §2.2.1).
    return refusal.code === 'unsupported_token_type' ? undefined : refusal.reason;
  } catch (error) {
    return messageOf(error);
  }
}

async function opened(providers: Providers, name: string): Promise<Provider | Problem> {
  try {
    return await providers.open(name);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Endpoints move; the next attempt asks again where they are. */
function doubt({ settings }: Provider, discovery: Discovery): void {
  if (settings.issuer !== undefined) discovery.doubt(settings.issuer);
}

function of(name: string, reason: string): string {
  return `Provider "${name}" ${reason}`;
}
