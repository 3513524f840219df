import { product } from './product.ts';

const hidden = '[secret]';

/** What secrets are called in headers, queries, forms, JSON and sentences about them. */
const names = [
  '(?:x-)?api[-_ ]?key',
  `${product.headerPrefix}(?:key|control)`,
  '(?:access|refresh|id|auth|session|device|bearer|subject|security)[-_]?token',
  'client[-_]?secret',
  'pass(?:word|wd|phrase)',
  '(?:private|secret|access|vault)[-_]?key',
  '(?:device|user)[-_]?code',
  'code[-_]?verifier',
  'client[-_]?assertion',
].join('|');

/** Short names that mean a secret in a query or a form, and often something else elsewhere. */
const queryNames = `${names}|key|token|secret|code|state|nonce|sig|signature|assertion|x-amz-[a-z-]+`;

/** In JSON that stands in JSON, quotes are escaped. */
const quote = String.raw`\\*["']`;

/** Between a name and its value: `name: value`, `name=value`, `"name":"value"`, `["name", "value"]`. */
const between = String.raw`(?:${quote})?\s*[:=]\s*|${quote}\s*,\s*(?=${quote})`;

/** "an account of the kind api-key: it is not signed in" is a sentence. */
const notProse = String.raw`(?!(?<=:\s+)[a-z]{1,11}[.,:;!?)]*(?:\s|$))`;

/** In quotes to their end, else to the end of the word. */
const value = String.raw`\\+"[^"]*"?|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|${notProse}[^\s"'&;,]+`;

/** The beginning of a word, also behind what colours it. */
const apart = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\[[\d;]*m))`;

const shapes: readonly (readonly [shape: RegExp, shown: string])[] = [
  // Keys that say what they are; that much of them stays.
  [/(sk-ant-(?:[a-z]+\d*-)?)[A-Za-z0-9_-]{4,}/g, `$1${hidden}`],
  [new RegExp(`(${product.keyPrefix})[A-Za-z0-9_-]{8,}`, 'g'), `$1${hidden}`],
  [new RegExp(`${apart}(sk-)(?!ant-)[A-Za-z0-9_-]{8,}`, 'g'), `$1${hidden}`],
  // Tokens and keys in base64url JSON (RFC 7515, RFC 7516), whole or in part.
  [/eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g, hidden],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*-----|$)/g, hidden],
  // A name alone is no secret, unless it is as long as one.
  [/:\/\/(?![A-Za-z0-9_.-]{1,15}@)[^\s/?#]*@/g, `://${hidden}@`],
  [/%3A%2F%2F[^\s&/?#]*?(?:%40|@)/gi, `%3A%2F%2F${hidden}%40`],
  // All that follows on the line: schemes and cookies have many forms.
  [
    new RegExp(`((?:proxy-)?authorization|(?:set-)?cookie)(${between})(?:${quote})?[^\\r\\n"]+`, 'gi'),
    `$1$2${hidden}`,
  ],
  // "invalid bearer token" is a sentence.
  [/(bearer|basic)((?:\s|%20|\+|\\[tnr])+)(?!tokens?\b|auth[a-z]*\b)[^\s"',;<>]{6,}/gi, `$1$2${hidden}`],
  [new RegExp(`(${names})(${between})(?:${value})`, 'gi'), `$1$2${hidden}`],
  [
    new RegExp(String.raw`(^|[?&#;]|%3F|%26|%23)(${queryNames})(=|%3D)(?!\[secret\])[^\s&#;"'%]+`, 'gi'),
    `$1$2$3${hidden}`,
  ],
  // A code of two letters is none.
  [new RegExp(String.raw`${apart}(${queryNames})=(?!\[secret\])[^\s&#;"'%]{12,}`, 'gi'), `$1=${hidden}`],
];

/** `text` with everything in it that has the shape of a credential replaced. */
export function redacted(text: string): string {
  let shown = text;
  for (const [shape, instead] of shapes) shown = shown.replaceAll(shape, instead);
  return shown;
}

/**
 * Whether text as JSON writes it (escapes and all) needs the look of {@link redacted}. It never misses what that
 * would find. Several small expressions: measured, one large one takes three times as long.
 */
export function mayHoldSecret(json: string): boolean {
  return (
    /[=\\@%']/.test(json) ||
    // A colon that is neither JSON's own nor between the numbers of a moment.
    /[^"0-9]:/.test(json) ||
    maybeKey.test(json) ||
    /[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc]/.test(json) ||
    json.includes('-----')
  );
}

const maybeKey = new RegExp(`sk-|eyJ|${product.keyPrefix}`);
