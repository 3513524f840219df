/** The address without the brackets that URLs put around IPv6. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/**
 * Whether listening on `host` reaches this machine alone: `localhost`, 127.0.0.0/8 and ::1 in any
 * spelling. Anything it does not know for certain (`127.1`, `localhost.example`, "") counts as not:
 * the doors then ask for keys, which is the harmless mistake.
 */
export function isLoopbackHost(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  if (name === 'localhost' || isLoopbackIpv4(name)) return true;
  if (!isIpv6(name)) return false;
  const plain = canonicalIpv6(name);
  // ::ffff:127.0.0.1 comes out of the URL parser as ::ffff:7f00:1.
  return plain === '::1' || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(plain);
}

/** Whether credentials may travel to `url`: over https, or without it where they do not leave this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** Whether `host` means "every address of this machine". */
export function isEveryAddress(host: string): boolean {
  const name = withoutBrackets(host);
  return name === '0.0.0.0' || (/^[0:]+$/.test(name) && canonicalIpv6(name) === '::');
}

/** Four decimal numbers without leading zeros (RFC 6943 §3.1.1 says why other spellings are a trap). */
function isLoopbackIpv4(name: string): boolean {
  const parts = name.split('.');
  const isByte = (part: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  return parts.length === 4 && parts[0] === '127' && parts.every(isByte);
}

/** Whether `text` is an IPv6 address, without brackets, zone or port. */
export function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]+$/i.test(text) && canonicalIpv6(text) !== '';
}

/** RFC 5952 spelling, by the URL parser; '' for what is no IPv6 address. */
function canonicalIpv6(name: string): string {
  const url = `http://[${name}]`;
  return URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : '';
}
