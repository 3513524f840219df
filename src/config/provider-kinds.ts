import { product } from '../base/product.ts';
import { zod } from '../base/zod.ts';
import { credentialsOrQuery, urlFrom, urlSchema, type Reading } from './addresses.ts';
import { isSafeUrl } from './hosts.ts';
import { asItIs } from './kinds.ts';
import { entryName, type Kind } from './setting.ts';

/** The issuer identifier of an authorization server (RFC 8414 §2), kept letter by letter: it is compared so. */
export function issuer(): Kind<string> {
  return {
    schema: () => urlSchema(issuerFrom),
    fromText: asItIs,
    expects: 'an https URL without a query, such as "https://login.example.com/realms/team"',
  };
}

/** An endpoint of an authorization server; a query is allowed (RFC 6749 §3.1). */
export function endpoint(): Kind<string> {
  return {
    schema: () => urlSchema(endpointFrom),
    fromText: asItIs,
    expects: 'an https URL, such as "https://login.example.com/oauth/token"',
  };
}

/** A redirect to this machine (RFC 8252 §7.3); a port that is left out is "any free one". */
export function loopbackRedirect(): Kind<string> {
  return {
    schema: () => urlSchema(loopbackRedirectFrom),
    fromText: asItIs,
    expects: 'an http URL of this machine, such as "http://127.0.0.1/callback"',
  };
}

/** What a provider gave out as a client id (RFC 6749 appendix A.1). */
export function clientId(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[\x20-\x7e]{1,512}$/),
    fromText: asItIs,
    expects: 'the text your provider shows as client id',
  };
}

/** One scope (RFC 6749 §3.3). */
export function scope(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/),
    fromText: asItIs,
    expects: 'a scope without blanks, such as "openid"',
  };
}

/** A resource indicator: an absolute URI without a fragment (RFC 8707 §2). */
export function resource(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[a-z][a-z0-9+.-]*:[^\s#]{1,500}$/i),
    fromText: asItIs,
    expects: 'an absolute URI without a fragment, such as "https://api.example.com"',
  };
}

/** The name of a table `[providers.NAME]`. */
export function providerName(): Kind<string> {
  return {
    schema: () => zod().string().regex(entryName),
    fromText: asItIs,
    expects: 'the name of a provider, such as "company"',
  };
}

/** Somebody as a provider names them: an address, all addresses of a domain, or a subject (OpenID Connect §2). */
export function identity(): Kind<string> {
  return {
    // A star elsewhere than before a whole domain would be more people than was meant.
    schema: () =>
      zod()
        .string()
        .regex(/^(?:\*@[a-z0-9-]+(?:\.[a-z0-9-]+)+|[\x21-\x29\x2b-\x7e]{1,255})$/i),
    fromText: asItIs,
    expects: 'an e-mail address, "*@example.com" or a subject',
  };
}

/** One visible line. */
export function line(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[^\p{Cc}]{1,500}$/u),
    fromText: asItIs,
    expects: 'a text of up to 500 characters on one line',
  };
}

/** The name of an environment variable that is none of our settings. */
export function foreignVariable(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(new RegExp(`^(?!${product.envPrefix})[A-Za-z_][A-Za-z0-9_]{0,99}$`)),
    fromText: asItIs,
    expects: `the name of an environment variable that does not begin with ${product.envPrefix}`,
  };
}

/** Names with a text each. */
export function parameters(reserved: readonly string[]): Kind<Readonly<Record<string, string>>> {
  const name = new RegExp(`^(?!(?:${reserved.join('|')})$)[A-Za-z0-9_.-]{1,64}$`);
  return {
    schema: () => zod().record(zod().string().regex(name), zod().string().max(1000)),
    fromText: asItIs,
    expects: 'a table of texts, such as { prompt = "consent" }',
    expectsOfItem: `a text, and its name none of ${reserved.join(', ')}`,
  };
}

function issuerFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url) ?? unsafe(url);
  return wrong === undefined ? { value: text } : { wrong };
}

function endpointFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  if (url.username !== '' || url.password !== '') return { wrong: 'holds a user name or password' };
  if (url.hash !== '' || url.href.endsWith('#')) return { wrong: 'has a fragment' };
  const wrong = unsafe(url);
  return wrong === undefined ? { value: url.href } : { wrong };
}

function loopbackRedirectFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url);
  if (wrong !== undefined) return { wrong };
  const isHere = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return isHere ? { value: url.href } : { wrong: 'does not lead to this machine' };
}

function unsafe(url: URL): string | undefined {
  return isSafeUrl(url) ? undefined : 'is not https, and secrets would travel unencrypted';
}
