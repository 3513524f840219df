import { longestRemembered, mayRemember, mostMissed } from './remembered.ts';

const cr = 0x0d;
const lf = 0x0a;
const colon = 0x3a;

/** A name that was read before, and the value that it often has. */
export interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Its values may be remembered. */
  readonly remembers: boolean;
  value: Uint8Array | undefined;
  valueText: string;
  /** How often in a row the value was another one. */
  missed: number;
  /** Its place among the names that were read before; -1 where it is not kept. */
  readonly place: number;
  /**
   * The place of the name that came behind this one last: mostly it comes there again. A place and not the name itself,
   * which would keep all that strangers ever sent in a row.
   */
  next: number;
}

/**
 * Names that were read before. The same few come over and over, and what is asked of a name afterwards costs a
 * fraction when it is the very same string; so it is with their values. Each has two places; a newcomer takes the
 * place of whoever came last to them.
 */
const names: (Known | undefined)[] = Array.from({ length: 2048 });
const longestKept = 64;

/** The name at `start` to `end`, whose characters have the hash `hash`. */
export function knownName(bytes: Buffer, start: number, end: number, hash: number): Known {
  const place = (hash ^ (hash >>> 10)) & 2046;
  const first = names[place];
  if (first !== undefined && isSame(first.bytes, bytes, start, end)) return first;
  const second = names[place + 1];
  if (second !== undefined && isSame(second.bytes, bytes, start, end)) return second;
  const isShort = end - start <= longestKept;
  const own = isShort ? (first === undefined ? place : place + 1) : -1;
  const text = bytes.toString('latin1', start, end);
  const fresh: Known = {
    bytes: copyOf(bytes, start, end),
    text,
    remembers: isShort && mayRemember(text),
    value: undefined,
    valueText: '',
    missed: 0,
    place: own,
    next: -1,
  };
  if (isShort) names[own] = fresh;
  return fresh;
}

/** The name at `start`, up to its colon, where it is the one that came behind `before` the last time. */
export function nameBehind(before: Known, bytes: Buffer, start: number): Known | undefined {
  if (before.next === -1) return undefined;
  const expected = names[before.next];
  if (expected === undefined) return undefined;
  const end = start + expected.bytes.length;
  return bytes[end] === colon && isSame(expected.bytes, bytes, start, end) ? expected : undefined;
}

/** Notes a value that is not the one remembered: the first, and later one that has taken its place for good. */
export function remember(known: Known, bytes: Buffer, start: number, end: number, text: string): void {
  known.missed += 1;
  if (known.value !== undefined && known.missed < mostMissed) return;
  if (end - start > longestRemembered) return;
  known.value = copyOf(bytes, start, end);
  // Not a part of the head that it came in, which would be kept with it.
  known.valueText = Buffer.from(text, 'latin1').toString('latin1');
  known.missed = 0;
}

/** Where the line behind `value` begins, where that is what stands at `start` and ends the line; else -1. */
export function behind(value: Uint8Array, bytes: Buffer, start: number): number {
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
