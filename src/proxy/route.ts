import { GatewayError } from '../base/errors.ts';

/** What a request target asks for, before anybody looks at its body. */
export type Route =
  | { readonly is: 'hello' }
  /** Held for repetition, chosen by session: messages and their counting. */
  | { readonly is: 'messages'; readonly counting: boolean; readonly target: string }
  | { readonly is: 'models'; readonly target: string }
  /** Everything else of the API: streams through, in one attempt, to the account that owns the object. */
  | { readonly is: 'object'; readonly target: string; readonly path: string; readonly group: string };

/** Groups that act on the organization itself or hand out secrets; open only where a setting says so. */
const guarded: ReadonlySet<string> = new Set(['organizations', 'oauth', 'tunnels']);

/** Longer than any target of the API; a URL this long is a mistake or an attack (bytes). */
const longestTarget = 8_192;

/**
 * Reads the target of a call under `/v1/` or its alias `/api/v1/`. The path is compared strictly, so that
 * no spelling the upstream might read differently (dot segments, doubled slashes, escaped letters) slips
 * past the guarded groups.
 *
 * @returns undefined where the path is not the API's
 * @throws GatewayError path_refused, bad_request, method_not_allowed, target_too_long
 */
export function routeOf(method: string, target: string, allowAdminPaths: boolean): Route | undefined {
  if (target.length > longestTarget) {
    throw new GatewayError('target_too_long', `The request target is longer than ${longestTarget} bytes.`);
  }
  const inner = target.startsWith('/api/v1/') ? target.slice('/api'.length) : target;
  const query = inner.indexOf('?');
  const path = query === -1 ? inner : inner.slice(0, query);
  if (path === '/api/hello') return helloOf(method);
  if (!path.startsWith('/v1/')) return undefined;
  refuseOddPaths(path);
  const group = decodeURIComponent(path.split('/')[2] ?? '').toLowerCase();
  if (guarded.has(group) && !allowAdminPaths) {
    throw new GatewayError(
      'path_refused',
      `The proxy does not pass on /v1/${group}: these paths act on the whole organization. Set upstream.allow_admin_paths = true to allow them.`,
    );
  }
  if (path === '/v1/messages' || path === '/v1/messages/count_tokens') {
    if (method !== 'POST') throw new GatewayError('method_not_allowed', `${path} takes POST, not ${method}.`);
    return { is: 'messages', counting: path.endsWith('count_tokens'), target: inner };
  }
  if (path === '/v1/models' && method === 'GET') return { is: 'models', target: inner };
  if (path.startsWith('/v1/messages/batches')) return { is: 'object', target: inner, path, group: 'batches' };
  return { is: 'object', target: inner, path, group };
}

function helloOf(method: string): Route | undefined {
  return method === 'HEAD' || method === 'GET' ? { is: 'hello' } : undefined;
}

function refuseOddPaths(path: string): void {
  const odd =
    // Only what RFC 3986 allows in a path, no escapes of letters, digits or slashes, no empty or dot segments.
    !/^[A-Za-z0-9\-._~%!$&'()*+,;=:@/]+$/.test(path) ||
    /%(?![0-9A-Fa-f]{2})|%(2[Ff]|5[Cc]|2[EeDd]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|00)/.test(path) ||
    path.includes('//') ||
    /\/\.{1,2}(\/|$)/.test(path);
  if (odd) {
    throw new GatewayError(
      'bad_request',
      'The request path is not in its plain form; send it without escapes, dot segments or doubled slashes.',
    );
  }
}
