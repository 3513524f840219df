/**
 * Heads of HTTP/1.1 messages, read strictly: whatever two programs could read in two ways is refused
 * (RFC 9112 §2.2, §3, §4, §5; RFC 9110 §5). Bare line feeds, folded lines, blanks before a colon and control
 * characters are no HTTP here.
 */

import { lowerName } from '../http/headers.ts';
import { isBodiless } from './framing.ts';
import { longestRemembered, mayRemember, mostMissed } from './remembered.ts';

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

/** Targets in origin form, absolute form or `*` (RFC 9112 §3.2). */
const requestLine =
  /^([A-Z]{1,16}) (\/[\x21-\x7e]*|https?:\/\/[\w.:[\]-]+(?:[/?][\x21-\x7e]*)?|\*) HTTP\/1\.([01])$/;
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
  while (at < last) {
    const nameAt = at;
    let hash = 0;
    for (let byte = bytes[at] ?? 0; classes[byte] === 1; byte = bytes[at] ?? 0) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      at += 1;
    }
    if (at === nameAt || bytes[at] !== colon) return undefined;
    const known = knownName(bytes, nameAt, at, hash);
    const name = known.text;
    const colonAt = at;
    at += 1;
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

/** Whether this is a length with a tab beside it, which llhttp and nginx read as a part of it. */
function isVague(name: string, bytes: Buffer, colonAt: number, end: number): boolean {
  const lower = lowerName(name);
  if (lower !== 'content-length' && lower !== 'transfer-encoding') return false;
  for (let at = colonAt; at < end; at += 1) if (bytes[at] === tab) return true;
  return false;
}

/** A name that was read before, and the value that it often has. */
interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Its values may be remembered. */
  readonly remembers: boolean;
  value: Uint8Array | undefined;
  valueText: string;
  /** How often in a row the value was another one. */
  missed: number;
}

/**
 * Names that were read before. The same few come over and over, and what is asked of a name afterwards costs a
 * fraction when it is the very same string; so it is with their values. Each has two places; a newcomer takes the
 * place of whoever came last to them.
 */
const names: (Known | undefined)[] = Array.from({ length: 2048 });
const longestKept = 64;

function knownName(bytes: Buffer, start: number, end: number, hash: number): Known {
  const place = (hash ^ (hash >>> 10)) & 2046;
  const first = names[place];
  if (first !== undefined && isSame(first.bytes, bytes, start, end)) return first;
  const second = names[place + 1];
  if (second !== undefined && isSame(second.bytes, bytes, start, end)) return second;
  const isShort = end - start <= longestKept;
  const text = bytes.toString('latin1', start, end);
  const fresh: Known = {
    bytes: copyOf(bytes, start, end),
    text,
    remembers: isShort && mayRemember(text),
    value: undefined,
    valueText: '',
    missed: 0,
  };
  if (isShort) names[first === undefined ? place : place + 1] = fresh;
  return fresh;
}

function remember(known: Known, bytes: Buffer, start: number, end: number, text: string): void {
  known.missed += 1;
  if (known.value !== undefined && known.missed < mostMissed) return;
  if (end - start > longestRemembered) return;
  known.value = copyOf(bytes, start, end);
  // Not a part of the head that it came in, which would be kept with it.
  known.valueText = Buffer.from(text, 'latin1').toString('latin1');
  known.missed = 0;
}

/** Where the line behind `value` begins, where that is what stands at `start` and ends the line; else -1. */
function behind(value: Uint8Array, bytes: Buffer, start: number): number {
  const end = start + value.length;
  if (bytes[end] !== cr || bytes[end + 1] !== lf) return -1;
  return isSame(value, bytes, start, end) ? end + 2 : -1;
}

function copyOf(bytes: Buffer, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}

function isSame(known: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
