import type { Answer, Call } from '../http/call.ts';
import { header, without } from '../http/headers.ts';
import { isApiTarget } from './route.ts';

/** Asking before every call would double the calls of a page; an hour is short enough to take leave back (s). */
const remembersSeconds = 3600;

/** Whatever the API takes; which path takes which is said by the answer itself. */
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** A list of header names (RFC 9110 §5.1), as long as any client's. */
const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;
const longestNames = 4096;

/**
 * The web page of another site that makes this call and may: its origin as its browser writes it. Only on the
 * API's paths, since what the proxy tells of itself is for no other page. The doors have been passed already.
 */
export function guestPage(call: Call, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const origin = header(call.headers, 'origin')?.trim();
  if (origin === undefined || !allowed.includes(origin.toLowerCase())) return undefined;
  return isApiTarget(call.target) ? origin : undefined;
}

/**
 * The answer to a browser that asks whether its page may make a call (https://fetch.spec.whatwg.org/#cors-preflight-fetch);
 * undefined where the call is no such question. It carries no credential, so it comes before anybody asks for one,
 * and it never goes upstream.
 */
export function preflightAnswer({ method, headers }: Call, page: string): Answer | undefined {
  if (method !== 'OPTIONS' || header(headers, 'access-control-request-method') === undefined)
    return undefined;
  const list = ['access-control-allow-methods', methods, 'access-control-max-age', String(remembersSeconds)];
  const names = header(headers, 'access-control-request-headers')?.trim();
  // `*` would not cover authorization.
  if (names !== undefined && names.length <= longestNames && headerNames.test(names))
    list.push('access-control-allow-headers', names);
  if (header(headers, 'access-control-request-private-network') === 'true')
    list.push('access-control-allow-private-network', 'true');
  return { status: 204, headers: [...list, ...leaveFor(page)], body: undefined };
}

/** The same answer, readable by the page: what the upstream says of pages is about its own address, not ours. */
export function readableBy(page: string, answer: Answer): Answer {
  const rest = without(answer.headers, (name) => name.startsWith('access-control-'));
  // Cookies are never taken, so `*` names every header.
  return { ...answer, headers: [...rest, ...leaveFor(page), 'access-control-expose-headers', '*'] };
}

/** Caches must not give one page's answer to another. */
function leaveFor(page: string): string[] {
  return ['access-control-allow-origin', page, 'vary', 'Origin'];
}
