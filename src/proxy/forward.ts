import type { Account } from '../accounts/account.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { header, hopNames, pairs, without, type HeaderList } from '../http/headers.ts';
import { isForwardingHeader } from './forwarding.ts';
import { holdsClientKey } from './presented.ts';
import fallbackHeaders from '../../data/claude-headers-fallback.json' with { type: 'json' };

/**
 * Headers that stay here: cookies, our own controls, and the settings checksum that Claude Code means for
 * its gateway alone. `expect` is answered by us.
 */
const kept: ReadonlySet<string> = new Set([
  'cookie',
  'host',
  'expect',
  'x-account-name',
  'x-claude-code-managed-settings-checksum',
]);

/** The headers that carry credentials: meant for us, but on a pass-through account. */
const credentials: ReadonlySet<string> = new Set(['authorization', 'x-api-key']);

function staysHere(name: string): boolean {
  return kept.has(name) || isForwardingHeader(name) || name.startsWith(product.headerPrefix);
}

/** How the call authenticates upstream: our account's secret, or the client's own headers untouched. */
export type Credential = { readonly is: 'ours'; readonly secret: Secret } | { readonly is: 'clients' };

/**
 * The headers of an attempt: the client's as they came, less those that stay here, with the host and the
 * credential of the account in their places. `length` is the body's where that is held; a body that
 * streams through has the length its client announced.
 */
export function attemptHeaders(
  headers: HeaderList,
  account: Account,
  credential: Credential,
  length: number | undefined,
): string[] {
  const hop = hopNames(headers);
  const own = Object.entries(account.headers ?? {});
  const replaced = new Set(own.map(([name]) => name.toLowerCase()));
  const list = ['Host', new URL(account.baseUrl).host];
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase();
    if (credentials.has(lower)) {
      // The client's own credential is for the upstream; a client key beside it never is.
      if (credential.is === 'clients' && !holdsClientKey(value)) list.push(name, value);
    } else if (lower === 'content-length') {
      if (header(list, lower) === undefined) list.push(name, length === undefined ? value : String(length));
    } else if (!staysHere(lower) && !hop.has(lower) && !replaced.has(lower)) list.push(name, value);
  }
  if (credential.is === 'ours') list.push(...credentialHeader(account, credential.secret));
  for (const [name, value] of own) list.push(name, value);
  for (const [name, value] of Object.entries(fallbackHeaders)) {
    if (header(list, name) === undefined) list.push(name, value);
  }
  if (length !== undefined && header(list, 'content-length') === undefined)
    list.push('Content-Length', String(length));
  return list;
}

function credentialHeader(account: Account, secret: Secret): [string, string] {
  const isBearer = account.kind === 'token' || account.sendAs === 'bearer';
  return isBearer ? ['Authorization', `Bearer ${secret.reveal()}`] : ['X-Api-Key', secret.reveal()];
}

/** `target` under the account's base URL, whose path prefix it keeps. */
export function attemptTarget(baseUrl: URL, target: string): string {
  return baseUrl.pathname === '/' ? target : `${baseUrl.pathname.replace(/\/$/, '')}${target}`;
}

/** Which headers of an upstream answer are not the caller's. */
export function answerHeaders(headers: HeaderList, hideLimits: boolean): string[] {
  const hop = hopNames(headers);
  return without(headers, (name) => {
    if (hop.has(name) || name.startsWith(product.headerPrefix)) return true;
    return hideLimits && name.startsWith('anthropic-ratelimit-');
  });
}
