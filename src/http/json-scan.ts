/**
 * Finds members of a JSON object in its bytes without building the object: bodies reach megabytes, and
 * routing needs five of their fields. Strings are skipped with the runtime's own byte search.
 *
 * Only structure on the way is checked (RFC 8259): what lies inside a skipped value is left to whoever
 * reads it, which is the upstream.
 */

/** Where a value stands: `bytes.subarray(start, end)` is its JSON text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Not JSON, or not an object; `at` is the byte where that shows. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly at: number;

  constructor(what: string, at: number) {
    super(`${what} at byte ${at}`);
    this.at = at;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const zero = 0x30;
const nine = 0x39;

/**
 * The spans of the members of the object that is all of `bytes`, for the names in `wanted`. Of a name
 * that occurs twice the last counts, as with JSON.parse; other parsers take the first, so `twice` is told.
 *
 * @throws NotJson
 */
export function scanObject(
  bytes: Buffer,
  wanted: ReadonlySet<string>,
  twice?: (name: string) => void,
): Map<string, Span> {
  const found = new Map<string, Span>();
  const { names, least, most } = searchFor(wanted);
  const end = members(bytes, skipSpace(bytes, skipBom(bytes)), (nameAt, behindName, start, end) => {
    const size = behindName - nameAt - 2;
    if (size < least || size > most) return;
    const text = nameOf(names, bytes, nameAt, behindName);
    if (text === undefined || !wanted.has(text)) return;
    if (found.has(text)) twice?.(text);
    found.set(text, { start, end });
  });
  const after = skipSpace(bytes, end);
  if (after !== bytes.length) throw new NotJson('something follows the object', after);
  return found;
}

/** Names that are wanted, and the least and the most bytes one of them can take: six times the room where it is escaped. */
interface Search {
  readonly names: readonly { readonly text: string; readonly bytes: Buffer }[];
  readonly least: number;
  readonly most: number;
}

const searches = new WeakMap<ReadonlySet<string>, Search>();

/** The same few sets are wanted over and over. */
function searchFor(wanted: ReadonlySet<string>): Search {
  let search = searches.get(wanted);
  if (search === undefined) {
    const names = Array.from(wanted, (text) => ({ text, bytes: Buffer.from(text) }));
    const sizes = names.map(({ bytes }) => bytes.length);
    searches.set(wanted, (search = { names, least: Math.min(...sizes), most: Math.max(...sizes) * 6 }));
  }
  return search;
}

/** Which of `names` stands between the quotes at `start` and before `end`; undefined of others, unless they are escaped. */
function nameOf(names: Search['names'], bytes: Buffer, start: number, end: number): string | undefined {
  for (const known of names) if (isSame(known.bytes, bytes, start + 1, end - 1)) return known.text;
  return escapedName(bytes, { start, end });
}

function isSame(wanted: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== wanted.length) return false;
  for (let at = 0; at < wanted.length; at += 1) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

/** The spans of the first `most` elements of the array at `span`. @throws NotJson */
export function scanArray(bytes: Buffer, span: Span, most: number): Span[] {
  const elements: Span[] = [];
  let at = skipSpace(bytes, span.start + 1);
  while (elements.length < most && at < span.end && bytes[at] !== closeBracket) {
    const end = skipValue(bytes, at);
    elements.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === comma) at = skipSpace(bytes, at + 1);
  }
  return elements;
}

/** The parsed value at `span`; undefined where it is not valid JSON after all. */
export function valueAt(bytes: Buffer, span: Span | undefined): unknown {
  if (span === undefined) return undefined;
  const word = wordAt(bytes, span.start, span.end);
  if (word !== undefined) return word.value;
  try {
    return JSON.parse(bytes.toString('utf8', span.start, span.end));
  } catch {
    return undefined;
  }
}

function skipBom(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Where a member's name stands, quotes included, and its value: four numbers, since there are many and few are wanted. */
type See = (nameAt: number, behindName: number, start: number, end: number) => void;

function members(bytes: Buffer, at: number, see: See): number {
  if (bytes[at] !== openBrace) throw new NotJson('no object', at);
  let here = skipSpace(bytes, at + 1);
  if (bytes[here] === closeBrace) return here + 1;
  for (;;) {
    if (bytes[here] !== quote) throw new NotJson('no member name', here);
    const nameAt = here;
    const behindName = skipString(bytes, here);
    here = skipSpace(bytes, behindName);
    if (bytes[here] !== colon) throw new NotJson('no colon', here);
    const start = skipSpace(bytes, here + 1);
    const end = skipValue(bytes, start);
    see(nameAt, behindName, start, end);
    here = skipSpace(bytes, end);
    if (bytes[here] === closeBrace) return here + 1;
    if (bytes[here] !== comma) throw new NotJson('no comma', here);
    here = skipSpace(bytes, here + 1);
  }
}

/** A name that has an escape in it, and so may be a wanted one in another spelling; undefined of all others. */
function escapedName(bytes: Buffer, name: Span): string | undefined {
  for (let at = name.start; at < name.end; at += 1) {
    if (bytes[at] !== backslash) continue;
    const parsed = valueAt(bytes, name);
    return typeof parsed === 'string' ? parsed : undefined;
  }
  return undefined;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/** A search by the runtime costs as much as looking at this many bytes one by one. */
const nearBytes = 24;

/** From an opening quote to just behind the closing one. */
function skipString(bytes: Buffer, start: number): number {
  let at = start + 1;
  for (;;) {
    for (const near = Math.min(at + nearBytes, bytes.length); at < near; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return at + 1;
      if (byte === backslash) at += 1;
    }
    const found = bytes.indexOf(quote, at);
    if (found === -1) throw new NotJson('a string without an end', start);
    // Counted back to what has been looked at and no further, so that no byte is counted twice.
    let slashes = 0;
    while (found - slashes > at && bytes[found - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return found + 1;
    at = found + 1;
  }
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** From the first byte of a value to just behind its last. */
function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === quote) return skipString(bytes, start);
  if (first === openBrace || first === openBracket) return skipNested(bytes, start);
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  // Most numbers are digits alone, and need no second look.
  if (at > start && first !== zero && !isScalarByte(bytes[at])) return at;
  while (isScalarByte(bytes[at])) at += 1;
  if (wordAt(bytes, start, at) !== undefined) return at;
  if (!scalar.test(bytes.toString('latin1', start, at))) throw new NotJson('no value', start);
  return at;
}

/** The three values that are words. */
const words = [true, false, null].map((value) => ({ value, bytes: Buffer.from(String(value)) }));

/** The word that stands at `start` and before `end`; undefined of anything else. */
function wordAt(bytes: Buffer, start: number, end: number): (typeof words)[number] | undefined {
  for (const word of words) if (isSame(word.bytes, bytes, start, end)) return word;
  return undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}

/** Letters, digits, `+`, `-` and `.`: all that numbers and the three words are made of. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= zero && byte <= nine) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

/** Deeper than any body that makes sense; deeper ones are an attack on somebody's parser. */
const deepest = 512;

function skipNested(bytes: Buffer, start: number): number {
  const closers: number[] = [];
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === quote) {
      at = skipString(bytes, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) {
      closers.push(byte === openBrace ? closeBrace : closeBracket);
      if (closers.length > deepest) throw new NotJson('nested too deep', at);
    } else if (byte === closeBrace || byte === closeBracket) {
      if (closers.pop() !== byte) throw new NotJson('a wrong bracket', at);
      if (closers.length === 0) return at + 1;
    }
    at += 1;
  }
  throw new NotJson('a bracket without its end', start);
}
