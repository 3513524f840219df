import { Secret } from '../../base/secret.ts';

/** What the browser keeps for us, each where a script cannot read it and no other site can send it. */
export type CookieName = 'session' | 'sign_in';

/**
 * Its whole name. Over TLS the browser itself sees to it that nobody but this very host, over TLS, has set it
 * (`__Host-`, RFC 6265bis §4.1.3.2).
 */
function nameOf(name: CookieName, url: string): string {
  return isSecure(url) ? `__Host-ccproxy_${name}` : `ccproxy_${name}`;
}

function isSecure(url: string): boolean {
  return url.startsWith('https:');
}

/**
 * What the browser sends back of it; undefined where that is nothing, or not one thing.
 *
 * @param url under which the browser sees us
 */
export function readCookie(request: Request, name: CookieName, url: string): Secret | undefined {
  const wanted = nameOf(name, url);
  const found = (request.headers.get('cookie') ?? '').split(';').flatMap((part) => {
    const at = part.indexOf('=');
    return part.slice(0, at).trim() === wanted ? [part.slice(at + 1).trim()] : [];
  });
  // Two of one name: somebody else, at a neighbouring host, has put one there.
  const [value] = found;
  return found.length === 1 && value !== undefined && value !== '' ? new Secret(value) : undefined;
}

/** The line that puts it there. @param seconds how long the browser keeps it */
export function cookieLine(name: CookieName, value: Secret, url: string, seconds: number): string {
  return `${nameOf(name, url)}=${value.reveal()}; Max-Age=${Math.floor(seconds)}${attributes(url)}`;
}

/** The line that takes it away. */
export function cookieEnd(name: CookieName, url: string): string {
  return `${nameOf(name, url)}=; Max-Age=0${attributes(url)}`;
}

function attributes(url: string): string {
  return `; Path=/; HttpOnly; SameSite=Strict${isSecure(url) ? '; Secure' : ''}`;
}
