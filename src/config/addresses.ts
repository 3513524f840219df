import type * as z from 'zod';
import { zod } from '../base/zod.ts';
import { isIpv6, withoutBrackets } from './hosts.ts';
import { asItIs } from './kinds.ts';
import type { Kind } from './setting.ts';

/** Labels of letters, digits and inner hyphens (RFC 1123 §2.1); underscores occur in container names. */
const hostName =
  /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** What most people listen on. */
const usualHosts: ReadonlySet<unknown> = new Set(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::']);

/** The address to listen on: a name or an IP address, with or without brackets, with an IPv6 zone. */
export function listenHost(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .transform((text, context) => checked(text, context, listenHostFrom)),
    isPlain: (value) => usualHosts.has(value),
    fromText: asItIs,
    expects: 'a host name or an IP address, such as "127.0.0.1"',
  };
}

/** A host as it may stand in a `Host` header, without its port; lower case, no brackets. */
export function requestHost(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .transform((text, context) => checked(text, context, requestHostFrom)),
    fromText: asItIs,
    expects: 'a host name without scheme or port, such as "proxy.example.com"',
  };
}

/** An exact origin (RFC 6454 §6.2), lower case. Never `*` or `null`: any page could send those. */
export function origin(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .transform((text, context) => checked(text, context, originFrom)),
    fromText: asItIs,
    expects: 'an origin, such as "https://tools.example.com"',
  };
}

/** An IP address or a range in CIDR notation (RFC 4632, RFC 4291 §2.3). */
export function addressRange(): Kind<string> {
  return {
    schema: () => zod().union([zod().ipv4(), zod().cidrv4(), zod().ipv6(), zod().cidrv6()]),
    fromText: asItIs,
    expects: 'an IP address or a range such as "10.0.0.0/8"',
  };
}

/**
 * Where an upstream is: absolute http or https URL, a path in front of `/v1/…` allowed, no trailing
 * slash. Credentials in it are refused, and never repeated in the refusal.
 */
export function baseUrl(): Kind<string> {
  return {
    schema: () => urlSchema(baseUrlFrom),
    fromText: asItIs,
    expects: 'an absolute http or https URL, such as "https://api.anthropic.com"',
  };
}

/** Where clients reach the proxy: scheme and host, with a port where it is not the usual one. */
export function publicUrl(): Kind<string> {
  return {
    schema: () => urlSchema(publicUrlFrom),
    fromText: asItIs,
    expects: 'an absolute http or https URL without a path, such as "https://proxy.example.com"',
  };
}

/** Where a collector of measurements takes them; it may stand on the same network, so plain http is taken. */
export function collectorUrl(): Kind<string> {
  return {
    schema: () => urlSchema(collectorUrlFrom),
    fromText: asItIs,
    expects: 'an absolute http or https URL, such as "http://127.0.0.1:4318"',
  };
}

/** What a reader of text found: the value, or what is wrong with the text ("is not a URL"). */
export type Reading = { readonly value: string } | { readonly wrong: string };

export function urlSchema(read: (text: string) => Reading): z.ZodType<string> {
  return zod()
    .string()
    .meta({ format: 'uri' })
    .transform((text, context) => checked(text, context, read));
}

function checked(text: string, context: z.RefinementCtx<string>, read: (text: string) => Reading): string {
  const reading = read(text);
  if ('value' in reading) return reading.value;
  context.issues.push({ code: 'custom', message: reading.wrong, input: text });
  return zod().NEVER;
}

function listenHostFrom(text: string): Reading {
  const host = withoutBrackets(text);
  if (host === '*') return { wrong: 'is "*"; for every address write "0.0.0.0" or "::"' };
  const address = host.replace(/%[\w.-]+$/, '');
  if (host.includes(':')) return isIpv6(address) ? { value: host } : { wrong: portOrScheme(text) };
  return isHostName(host) ? { value: host } : { wrong: portOrScheme(text) };
}

function requestHostFrom(text: string): Reading {
  const host = withoutBrackets(text).toLowerCase();
  if (host.includes('*'))
    return { wrong: 'holds a "*"; each host is named in full, so that no other page can reach the proxy' };
  const isHost = host.includes(':') ? isIpv6(host) : isHostName(host);
  return isHost ? { value: host } : { wrong: portOrScheme(text) };
}

/** The two mistakes people make with hosts, told apart from the rest. */
function portOrScheme(text: string): string {
  if (text.includes('://')) return 'is a whole URL';
  if (/^(?:[^:]+|\[.*\]):\d+$/.test(text)) return 'ends in a port';
  return 'is not a host';
}

/** A name whose last label is a number can only be an IPv4 address (WHATWG URL, "ends in a number"). */
function isHostName(text: string): boolean {
  return /(?:^|\.)\d+$/.test(text) ? zod().ipv4().safeParse(text).success : hostName.test(text);
}

function originFrom(text: string): Reading {
  if (text === '*' || text === 'null') return { wrong: `is "${text}", which would let every web page in` };
  if (/^https?:\/\//i.test(text)) {
    const url = urlFrom(text);
    if (url === undefined || `${url.origin}/` !== url.href) return { wrong: 'is not a plain origin' };
    return { value: url.origin };
  }
  // Browser extensions and editors' web views have schemes of their own.
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+$/i.test(text)
    ? { value: text.toLowerCase() }
    : { wrong: 'is not an origin' };
}

function baseUrlFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url);
  if (wrong !== undefined) return { wrong };
  const plain = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (/\/v1$/i.test(plain)) return { wrong: 'ends in /v1, which the path of every call begins with' };
  return { value: plain };
}

function publicUrlFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url);
  if (wrong !== undefined) return { wrong };
  if (url.pathname !== '/') return { wrong: 'has a path' };
  return { value: url.origin };
}

function collectorUrlFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url);
  return wrong === undefined ? { value: url.href } : { wrong };
}

export function credentialsOrQuery(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  if (url.search !== '' || url.hash !== '' || /[?#]$/.test(url.href)) return 'has a query or fragment';
  return undefined;
}

/** The URL parser forgives blanks, backslashes and missing slashes; here they are mistakes. */
export function urlFrom(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}
