/**
 * Heads of HTTP/1.1 messages, read strictly: whatever two programs could read in two ways is refused
 * (RFC 9112 §2.2, §3, §4, §5; RFC 9110 §5). Bare line feeds, folded lines, blanks before a colon and control
 * characters are no HTTP here.
 */

/** A start line and the headers as they stood on the wire. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** 0 or 1, of HTTP/1. */
  readonly minor: number;
  readonly headers: string[];
}

export interface AnswerHead {
  readonly status: number;
  /** 0 or 1, of HTTP/1. */
  readonly minor: number;
  readonly headers: string[];
}

const cr = 0x0d;
const lf = 0x0a;
const colon = 0x3a;
const space = 0x20;
const tab = 0x09;

/** Characters of a token (RFC 9110 §5.6.2): 1. Those that a header's value may hold besides: 2. */
const classes = new Uint8Array(256);
for (let code = 0x20; code < 0x100; code += 1) if (code !== 0x7f) classes[code] = 2;
classes[tab] = 2;
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  classes[char.charCodeAt(0)] = 1;

const blankLine = Buffer.from('\r\n\r\n');

/**
 * The index just behind the empty line that ends a head; -1 where it is not there yet. `from`: what was
 * looked at before needs no second look.
 */
export function endOfHead(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(blankLine, Math.max(0, from - 3));
  return found === -1 ? -1 : found + 4;
}

/** Whether a line ends without its carriage return: then no empty line will ever come. */
export function hasBareLineFeed(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(lf, from); at !== -1; at = bytes.indexOf(lf, at + 1)) {
    if (bytes[at - 1] !== cr) return true;
  }
  return false;
}

/** Every method that has a meaning here. `CONNECT` has none: this is no tunnel. */
const methods: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'HEAD',
  'OPTIONS',
  'DELETE',
  'PUT',
  'PATCH',
  'TRACE',
]);

const requestLine = /^([A-Z]{1,16}) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/** The request head in `bytes` from `start` to `end` ({@link endOfHead}); undefined where it is not valid. */
export function readRequestHead(bytes: Buffer, start: number, end: number): RequestHead | undefined {
  const text = bytes.toString('latin1', start, end);
  const lineEnd = text.indexOf('\r');
  const line = requestLine.exec(text.slice(0, lineEnd));
  if (line === null) return undefined;
  const [, method = '', target = '', minor] = line;
  if (!methods.has(method)) return undefined;
  const headers = readFields(bytes, text, start, lineEnd);
  return headers && { method, target, minor: minor === '1' ? 1 : 0, headers };
}

/** The answer head in `bytes` from `start` to `end`; undefined where it is not valid. */
export function readAnswerHead(bytes: Buffer, start: number, end: number): AnswerHead | undefined {
  const text = bytes.toString('latin1', start, end);
  const lineEnd = text.indexOf('\r');
  const line = statusLine.exec(text.slice(0, lineEnd));
  if (line === null) return undefined;
  const headers = readFields(bytes, text, start, lineEnd);
  return headers && { status: Number(line[2]), minor: line[1] === '1' ? 1 : 0, headers };
}

/** The trailer fields of a chunked body are read like headers. `end` is behind their empty line. */
export function areFieldsValid(bytes: Buffer, start: number, end: number): boolean {
  return readFields(bytes, bytes.toString('latin1', start, end), start, -2) !== undefined;
}

/**
 * The fields behind a start line that ends at `lineEnd` of `text`, up to the empty line. The characters are
 * looked at in the bytes, each once; values are parts of the one text.
 */
function readFields(bytes: Buffer, text: string, start: number, lineEnd: number): string[] | undefined {
  const headers: string[] = [];
  const last = start + text.length - 2;
  let at = start + lineEnd + 2;
  if (lineEnd >= 0 && bytes[at - 1] !== lf) return undefined;
  while (at < last) {
    const nameAt = at;
    let hash = 0;
    for (let byte = bytes[at] ?? 0; classes[byte] === 1; byte = bytes[at] ?? 0) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      at += 1;
    }
    if (at === nameAt || bytes[at] !== colon) return undefined;
    const name = nameIn(bytes, nameAt, at, hash);
    at += 1;
    while (bytes[at] === space || bytes[at] === tab) at += 1;
    const valueAt = at;
    while (classes[bytes[at] ?? 0] !== 0) at += 1;
    if (bytes[at] !== cr || bytes[at + 1] !== lf) return undefined;
    let valueEnd = at;
    while (valueEnd > valueAt && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab))
      valueEnd -= 1;
    headers.push(name, text.slice(valueAt - start, valueEnd - start));
    at += 2;
  }
  return at === last ? headers : undefined;
}

/**
 * Names that were read before. The same few come over and over, and what is asked of a name afterwards costs a
 * fraction when it is the very same string. A newcomer takes the place of whoever had it.
 */
const names: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = Array.from({
  length: 1024,
});
const longestKept = 64;

function nameIn(bytes: Buffer, start: number, end: number, hash: number): string {
  const place = (hash ^ (hash >>> 10)) & 1023;
  const known = names[place];
  if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known.text;
  const text = bytes.toString('latin1', start, end);
  if (end - start <= longestKept)
    names[place] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), text };
  return text;
}

function isSame(known: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
