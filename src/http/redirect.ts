import { header, type HeaderList } from './headers.ts';

/** The answers that clients follow by themselves (https://fetch.spec.whatwg.org/#redirect-status). */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer sends its caller, as far as a log may tell, since what follows the host may hold secrets:
 * `https://elsewhere.example`, or `another path` of the same host. Undefined where it is no redirect.
 */
export function redirectOf(status: number, headers: HeaderList): string | undefined {
  const location = redirects.has(status) ? header(headers, 'location') : undefined;
  if (location === undefined) return undefined;
  // Without a scheme it can still name another host: `//elsewhere.example/`.
  const url = URL.parse(location, 'relative://relative');
  if (url === null) return 'nowhere';
  return url.host === 'relative'
    ? 'another path'
    : `${url.protocol === 'relative:' ? '' : url.protocol}//${url.host}`;
}
