import { zod } from '../base/zod.ts';
import { defaultBaseUrl } from './account.ts';

// Where calls of an account go, and the way they take.

type Read = { readonly value: string } | { readonly wrong: string };

/** A text that `read` understands. */
const readBy = (example: string, read: (text: string, url: URL) => Read) =>
  zod()
    .string({ error: 'must be a URL' })
    .transform((given, context) => {
      const text = given.trim();
      const url = URL.parse(text);
      const found = url === null ? { wrong: `must be a URL such as ${example}` } : read(text, url);
      if ('value' in found) return found.value;
      context.addIssue({ code: 'custom', message: found.wrong });
      return zod().NEVER;
    });

/** Scheme, host and path of an upstream, without a slash at the end. */
export const baseUrl = () => readBy(defaultBaseUrl, baseUrlFrom);

/** The same for one that stands in a row. */
export function baseUrlFrom(text: string, { protocol, username, password, host, pathname }: URL): Read {
  if (protocol !== 'https:' && protocol !== 'http:') return { wrong: 'must begin with https:// or http://' };
  if (username !== '' || password !== '')
    return { wrong: 'must hold no user name or password: secrets belong in the vault' };
  if (/[?#]/.test(text)) return { wrong: 'must have no "?" and no "#"' };
  const path = pathname.replace(/\/+$/, '');
  if (path.endsWith('/v1')) return { wrong: 'must end before /v1: the path of each call is put behind it' };
  return { value: `${protocol}//${host}${path}` };
}

const proxyExample = 'http://10.0.0.1:3128';
const proxySchemes: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:']);

/** Scheme, host and port of an outbound proxy. */
export const proxyUrl = () => readBy(proxyExample, proxyUrlFrom);

function proxyUrlFrom(text: string, { protocol, username, password, host, hostname }: URL): Read {
  if (!proxySchemes.has(protocol)) return { wrong: 'must begin with http://, https:// or socks5://' };
  if (username !== '' || password !== '')
    return { wrong: 'must hold no user name or password: they are given apart, for the vault' };
  if (hostname === '') return { wrong: 'must name a host' };
  // Left out it would be 80, 443 or 1080: nobody knows which one was meant. (A URL forgets its default port.)
  if (!/:\d+\/?$/.test(text)) return { wrong: `must end with the port, as in ${proxyExample}` };
  return { value: `${protocol}//${host}` };
}

/** Loopback names and addresses, as `URL` writes them. */
export function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
