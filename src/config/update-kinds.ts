import { zod } from '../base/zod.ts';
import { credentialsOrQuery, urlFrom, urlSchema, type Reading } from './addresses.ts';
import { isSafeUrl } from './hosts.ts';
import { asItIs } from './kinds.ts';
import type { Kind } from './setting.ts';

/** The folder of a release: https, or http where it does not leave this machine. */
export function feedUrl(): Kind<string> {
  return {
    schema: () => urlSchema(feedUrlFrom),
    fromText: asItIs,
    expects: 'an https URL without a query, such as "https://mirror.example.com/claude-code-proxy/"',
  };
}

/** A public key of minisign: 42 bytes in base64, "Ed" first. */
export function releaseKey(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^RW[QRST][A-Za-z0-9+/]{53}$/),
    fromText: asItIs,
    expects: 'a public key of minisign, the line of 56 characters that begins with RW',
  };
}

function feedUrlFrom(text: string): Reading {
  const url = urlFrom(text);
  if (url === undefined) return { wrong: 'is not an absolute URL' };
  const wrong = credentialsOrQuery(url);
  if (wrong !== undefined) return { wrong };
  if (!isSafeUrl(url)) return { wrong: 'is not https, and anybody on the way could hold releases back' };
  return { value: url.href.endsWith('/') ? url.href : `${url.href}/` };
}
