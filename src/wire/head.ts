/**
 * Heads of HTTP/1.1 messages, read strictly: whatever two programs could read in two ways is refused
 * (RFC 9112 §2.2, §3, §4, §5; RFC 9110 §5). Bare line feeds, folded lines, blanks before a colon and control
 * characters are no HTTP here.
 */

import { lowerName } from '../http/headers.ts';
import { isBodiless } from './framing.ts';
import { behind, knownName, nameBehind, remember, type Known } from './known-names.ts';

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
const zero = 0x30;
const upperA = 0x41;
const upperZ = 0x5a;

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

/** Empty lines in front of a request are left out, and nothing of them is kept (RFC 9112 §2.2). */
export function withoutEmptyLines(bytes: Buffer): Buffer {
  let at = 0;
  while (bytes[at] === cr && bytes[at + 1] === lf) at += 2;
  return at === 0 ? bytes : bytes.subarray(at);
}

/**
 * Whether a request can begin like `bytes`, which end before its head does: a client that speaks something
 * else (TLS, say) is told so now, not when its time is up. `from`: what was looked at before.
 */
export function mayBecomeRequest(bytes: Buffer, from: number): boolean {
  const first = bytes[0] ?? upperA;
  const isBeginning = (first >= upperA && first <= upperZ) || (first === cr && bytes.length === 1);
  return isBeginning && !hasBareLineFeed(bytes, from);
}

const answerStart = Buffer.from('HTTP/1.');

/** Whether an answer can begin like `bytes`, which end before its head does. */
export function mayBecomeAnswer(bytes: Buffer, from: number): boolean {
  const length = Math.min(bytes.length, answerStart.length);
  return bytes.compare(answerStart, 0, length, 0, length) === 0 && !hasBareLineFeed(bytes, from);
}

/** Whether a line ends without its carriage return: then no empty line will ever come. */
export function hasBareLineFeed(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(lf, from); at !== -1; at = bytes.indexOf(lf, at + 1)) {
    if (bytes[at - 1] !== cr) return true;
  }
  return false;
}

/** Every method that has a meaning here, by itself: no part of a head is kept with it. `CONNECT` has none: this is no tunnel. */
const methods: ReadonlyMap<string, string> = new Map(
  ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PATCH', 'TRACE'].map((method) => [method, method]),
);

/** Targets in origin form, absolute form or `*` (RFC 9112 §3.2). */
const targetForm = /^(?:\/[\x21-\x7e]*|https?:\/\/[\w.:[\]-]+(?:[/?][\x21-\x7e]*)?|\*)$/;
const version = 'HTTP/1.';

/** 0 or 1, as the version that begins at `at` says; undefined of any other. */
function minorIn(text: string, at: number): 0 | 1 | undefined {
  if (!text.startsWith(version, at)) return undefined;
  const minor = text[at + version.length];
  return minor === '1' ? 1 : minor === '0' ? 0 : undefined;
}

/** The status in an answer's first line, whose reason may be anything that a value may be; undefined where it is none. */
function statusIn(text: string, lineEnd: number, bytes: Buffer, start: number): number | undefined {
  const at = version.length + 2;
  const reasonAt = at + 3;
  if (lineEnd < reasonAt || text[at - 1] !== ' ') return undefined;
  if (lineEnd > reasonAt && text[reasonAt] !== ' ') return undefined;
  for (let here = start + reasonAt; here < start + lineEnd; here += 1)
    if (classes[bytes[here] ?? 0] === 0) return undefined;
  let status = 0;
  for (let here = start + at; here < start + reasonAt; here += 1) {
    const digit = (bytes[here] ?? 0) - zero;
    if (digit < 0 || digit > 9) return undefined;
    status = status * 10 + digit;
  }
  return status < 100 ? undefined : status;
}

/** The request head in `bytes` from `start` to `end` ({@link endOfHead}); undefined where it is not valid. */
export function readRequestHead(bytes: Buffer, start: number, end: number): RequestHead | undefined {
  const text = bytes.toString('latin1', start, end);
  const lineEnd = text.indexOf('\r');
  const versionAt = lineEnd - version.length - 1;
  const minor = versionAt > 0 && text[versionAt - 1] === ' ' ? minorIn(text, versionAt) : undefined;
  const blank = text.indexOf(' ');
  const target = text.slice(blank + 1, versionAt - 1);
  const method = methods.get(text.slice(0, blank));
  if (minor === undefined || method === undefined || !targetForm.test(target)) return undefined;
  const headers = readFields(bytes, text, start, lineEnd);
  return headers && { method, target, minor, headers };
}

/** The answer head in `bytes` from `start` to `end`; undefined where it is not valid. */
export function readAnswerHead(bytes: Buffer, start: number, end: number): AnswerHead | undefined {
  const text = bytes.toString('latin1', start, end);
  const lineEnd = text.indexOf('\r');
  const minor = minorIn(text, 0);
  const status = statusIn(text, lineEnd, bytes, start);
  if (minor === undefined || status === undefined) return undefined;
  const headers = readFields(bytes, text, start, lineEnd);
  return headers && { status, minor, headers };
}

/**
 * The trailer fields of a chunked body are read like headers, and may not say again where the message ends
 * (RFC 9110 §6.5.1). `end` is behind their empty line.
 */
export function isTrailerValid(bytes: Buffer, end: number): boolean {
  if (bytes[end - 1] !== lf) return false;
  const fields = readFields(bytes, bytes.toString('latin1', 0, end), 0, -2);
  return fields !== undefined && isBodiless(fields);
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
  let before: Known | undefined;
  while (at < last) {
    const known = nameAt(bytes, at, before);
    if (known === undefined) return undefined;
    if (before !== undefined) before.next = known.place;
    before = known;
    const name = known.text;
    const colonAt = at + name.length;
    at = colonAt + 1;
    while (bytes[at] === space || bytes[at] === tab) at += 1;
    const valueAt = at;
    if (known.value !== undefined) {
      const end = behind(known.value, bytes, valueAt);
      if (end !== -1) {
        known.missed = 0;
        headers.push(name, known.valueText);
        at = end;
        continue;
      }
    }
    while (classes[bytes[at] ?? 0] !== 0) at += 1;
    if (bytes[at] !== cr || bytes[at + 1] !== lf) return undefined;
    if ((name.length === 14 || name.length === 17) && isVague(name, bytes, colonAt, at)) return undefined;
    let valueEnd = at;
    while (valueEnd > valueAt && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab))
      valueEnd -= 1;
    const value = text.slice(valueAt - start, valueEnd - start);
    if (known.remembers) remember(known, bytes, valueAt, valueEnd, value);
    headers.push(name, value);
    at += 2;
  }
  return at === last ? headers : undefined;
}

/** The name that stands at `start`, up to its colon; `before` is the one in front of it. Undefined where none stands there. */
function nameAt(bytes: Buffer, start: number, before: Known | undefined): Known | undefined {
  const expected = before && nameBehind(before, bytes, start);
  if (expected !== undefined) return expected;
  let at = start;
  let hash = 0;
  for (let byte = bytes[at] ?? 0; classes[byte] === 1; byte = bytes[at] ?? 0) {
    hash = (Math.imul(hash, 31) + byte) | 0;
    at += 1;
  }
  return at === start || bytes[at] !== colon ? undefined : knownName(bytes, start, at, hash);
}

/** Whether this is a length with a tab beside it, which llhttp and nginx read as a part of it. */
function isVague(name: string, bytes: Buffer, colonAt: number, end: number): boolean {
  const lower = lowerName(name);
  if (lower !== 'content-length' && lower !== 'transfer-encoding') return false;
  for (let at = colonAt; at < end; at += 1) if (bytes[at] === tab) return true;
  return false;
}
