import type { Account } from '../accounts/account.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { header, hopNames, pairs, without, type HeaderList } from '../http/headers.ts';
import fallbackHeaders from '../../data/claude-headers-fallback.json' with { type: 'json' };

/**
 * Headers that stay here: credentials meant for us, cookies, what tells of the way the call came, our own
 * controls, and the settings checksum that Claude Code means for its gateway alone.
 */
const kept: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'content-length',
  'expect',
  'forwarded',
  'via',
  'x-real-ip',
  'x-account-name',
  'x-claude-code-managed-settings-checksum',
]);

const isKept = (name: string): boolean =>
  kept.has(name) || name.startsWith('x-forwarded-') || name.startsWith(product.headerPrefix);

/** How the call authenticates upstream: our account's secret, or the client's own headers untouched. */
export type Credential = { readonly is: 'ours'; readonly secret: Secret } | { readonly is: 'clients' };

/**
 * The headers of an attempt: the client's as they came, less those that stay here, with the host and the
 * credential of the account in their places. `length` is the body's, where it is known.
 */
export function attemptHeaders(
  headers: HeaderList,
  account: Account,
  credential: Credential,
  length: number | undefined,
): string[] {
  const hop = hopNames(headers);
  const mine = new Set(
    (account.headers === undefined ? [] : Object.keys(account.headers)).map((name) => name.toLowerCase()),
  );
  const list = ['Host', new URL(account.baseUrl).host];
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase();
    const isClients = credential.is === 'clients' && (lower === 'authorization' || lower === 'x-api-key');
    if (lower === 'content-length' && length !== undefined) list.push(name, value);
    if (!isClients && (isKept(lower) || hop.has(lower) || mine.has(lower))) continue;
    list.push(name, value);
  }
  if (credential.is === 'ours') list.push(...credentialHeader(account, credential.secret));
  for (const [name, value] of Object.entries(account.headers ?? {})) list.push(name, value);
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
