import type { Account } from '../accounts/account.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { decidedByName, header, isHopByHop, lowerName, namedHops, type HeaderList } from '../http/headers.ts';
import { isForwardingHeader } from './forwarding.ts';
import { holdsClientKey } from './presented.ts';
import type { Work } from './work.ts';
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

/** The headers that carry credentials (`api-key`: of clients made for Azure): meant for us, but on a pass-through account. */
const credentials: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key']);

/** What becomes of a header of the client. */
type Fate = 'passes' | 'stays' | 'credential' | 'length';

const fateOf = decidedByName((name): Fate => {
  if (credentials.has(name)) return 'credential';
  if (name === 'content-length') return 'length';
  const stays =
    kept.has(name) || isHopByHop(name) || isForwardingHeader(name) || name.startsWith(product.headerPrefix);
  return stays ? 'stays' : 'passes';
});

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
  const named = namedHops(headers);
  const { host, own, replaced } = upstreamOf(account);
  const list = ['Host', host];
  let hasLength = false;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    switch (fateOf(name)) {
      case 'stays':
        break;
      case 'credential':
        // The client's own credential is for the upstream; a client key beside it never is.
        if (credential.is === 'clients' && !holdsClientKey(value)) list.push(name, value);
        break;
      case 'length':
        if (!hasLength) list.push(name, length === undefined ? value : String(length));
        hasLength = true;
        break;
      case 'passes': {
        const isReplaced = replaced?.has(lowerName(name)) === true || named?.has(lowerName(name)) === true;
        if (!isReplaced) list.push(name, value);
      }
    }
  }
  if (credential.is === 'ours') pushCredential(list, account, credential.secret);
  list.push(...own);
  for (const [name, value] of fallbacks) if (header(list, name) === undefined) list.push(name, value);
  if (length !== undefined && !hasLength) list.push('Content-Length', String(length));
  return list;
}

const fallbacks = Object.entries(fallbackHeaders);

function pushCredential(list: string[], account: Account, secret: Secret): void {
  if (account.kind !== 'api-key' || account.sendAs === 'bearer')
    list.push('Authorization', `Bearer ${secret.reveal()}`);
  else list.push('X-Api-Key', secret.reveal());
}

/** What follows from an account's settings, worked out once. */
export interface Upstream {
  readonly origin: URL;
  readonly host: string;
  /** Path in front of `/v1/…`, without a slash at the end. */
  readonly prefix: string;
  /** Headers the user set, as a list. */
  readonly own: HeaderList;
  /** Their names in lower case; undefined where there are none. */
  readonly replaced: ReadonlySet<string> | undefined;
}

const upstreams = new WeakMap<Account, Upstream>();

/** Where an account's calls go. Accounts are never changed, only replaced, so each is worked out once. */
export function upstreamOf(account: Account): Upstream {
  const known = upstreams.get(account);
  if (known !== undefined) return known;
  const origin = new URL(account.baseUrl);
  const own = Object.entries(account.headers ?? {});
  const upstream = {
    origin,
    host: origin.host,
    prefix: origin.pathname.replace(/\/+$/, ''),
    own: own.flat(),
    replaced: own.length === 0 ? undefined : new Set(own.map(([name]) => name.toLowerCase())),
  };
  upstreams.set(account, upstream);
  return upstream;
}

/**
 * Whether the client says in which workspace its call is made (`anthropic-workspace-id`, for credentials that have
 * several), and not the account.
 */
export function choosesWorkspace({ call }: Pick<Work, 'call'>, account: Account): boolean {
  const isOwn = upstreamOf(account).replaced?.has(workspaceHeader) === true;
  return !isOwn && header(call.headers, workspaceHeader) !== undefined;
}

const workspaceHeader = 'anthropic-workspace-id';

/** What becomes of a header of an upstream answer: `limit` tells of a limit of the account. */
const answerFateOf = decidedByName((name): 'passes' | 'stays' | 'limit' => {
  if (isHopByHop(name) || name.startsWith(product.headerPrefix)) return 'stays';
  return name.startsWith('anthropic-ratelimit-') ? 'limit' : 'passes';
});

/** The headers of an upstream answer without those that are not the caller's. */
export function answerHeaders(headers: HeaderList, hideLimits: boolean): string[] {
  const named = namedHops(headers);
  const list: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const fate = answerFateOf(name);
    const passes = fate === 'passes' || (fate === 'limit' && !hideLimits);
    if (passes && named?.has(lowerName(name)) !== true) list.push(name, headers[at + 1] ?? '');
  }
  return list;
}
