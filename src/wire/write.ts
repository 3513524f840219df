import type { HeaderList } from '../http/headers.ts';
import type { Line } from './line.ts';
import { longestRemembered, mayRemember, mostMissed } from './remembered.ts';

/**
 * What goes out in small pieces is put together here first: one call of the system instead of three. Written
 * and sent in one go, so that one is enough for all connections.
 */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);
/** `ffffffff`, line ends before and behind: more than any chunk needs besides its data (bytes). */
const aroundChunk = 16;

const cr = 0x0d;
const lf = 0x0a;
const crlf = Buffer.from('\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');

/** `: ` and the line end (bytes). */
const aroundValue = 4;

/** A character that no value of a header may hold: it would end the line, or not be one byte (RFC 9110 §5.5). */
const noValue = /[^\t\x20-\x7e\x80-\xff]/;
const noName = /[^\w!#$%&'*+.^`|~-]/;

/** A header as it was often sent. */
interface Sent {
  readonly remembers: boolean;
  /** The name, the colon and the blank behind it. */
  readonly start: Buffer;
  value: string | undefined;
  line: Buffer;
  /** How often in a row the value was another one. */
  missed: number;
}

/** Names that were sent before, with their lines: the same few, over and over. Strangers can make up any number. */
const sent = new Map<string, Sent>();
const mostNames = 2_000;
const longestKept = 64;

/**
 * A head: its first line, the headers as they stand, and what else belongs to it, the empty line included. It is
 * written as bytes at once, since a text of forty parts costs the most when it is put together.
 *
 * @throws TypeError where a name or value would not come out as one header
 */
export function headBytes(start: string, headers: HeaderList, end: string): Buffer {
  // What may stand in a head is one byte a character.
  let size = start.length + end.length;
  for (let here = 0; here + 1 < headers.length; here += 2)
    size += (headers[here]?.length ?? 0) + (headers[here + 1]?.length ?? 0) + aroundValue;
  const bytes = Buffer.allocUnsafe(size);
  let at = bytes.write(start, 0, 'latin1');
  for (let here = 0; here + 1 < headers.length; here += 2)
    at = putHeader(bytes, at, headers[here] ?? '', headers[here + 1] ?? '');
  bytes.write(end, at, 'latin1');
  return bytes;
}

/** Writes one header to `at`; gives back where the next one begins. */
function putHeader(bytes: Buffer, at: number, name: string, value: string): number {
  const known = sent.get(name) ?? noteName(name);
  if (known.value === value) {
    bytes.set(known.line, at);
    return at + known.line.length;
  }
  if (noValue.test(value)) throw unsendable(name);
  bytes.set(known.start, at);
  const valueAt = at + known.start.length;
  const end = valueAt + value.length;
  bytes.write(value, valueAt, 'latin1');
  bytes[end] = cr;
  bytes[end + 1] = lf;
  if (known.remembers && value.length <= longestRemembered) {
    known.missed += 1;
    if (known.missed >= mostMissed) {
      known.value = value;
      known.line = Buffer.from(bytes.subarray(at, end + 2));
      known.missed = 0;
    }
  }
  return end + 2;
}

function noteName(name: string): Sent {
  if (name === '' || noName.test(name)) throw unsendable(name);
  const start = Buffer.from(`${name}: `, 'latin1');
  // The second value in a row is remembered: a name that comes once needs no line.
  const missed = mostMissed - 2;
  const fresh: Sent = { remembers: mayRemember(name), start, value: undefined, line: start, missed };
  if (sent.size < mostNames && name.length <= longestKept) sent.set(name, fresh);
  return fresh;
}

function unsendable(name: string): TypeError {
  return new TypeError(`the header ${JSON.stringify(name)} cannot be sent`);
}

/** Sends a head and, in the same piece where it fits, the bytes that follow it. */
export function writeHead(line: Line, head: Uint8Array, bytes?: Uint8Array): boolean {
  if (bytes === undefined) return line.write(head);
  const size = head.length + bytes.length;
  if (size > scratch.length) {
    line.write(head);
    return line.write(bytes);
  }
  scratch.set(head, 0);
  scratch.set(bytes, head.length);
  return line.writeLent(scratch, size);
}

/** Sends `bytes` as one chunk, behind `head` where there is one. */
export function writeChunk(line: Line, bytes: Uint8Array, head?: Uint8Array): boolean {
  const start = `${bytes.length.toString(16)}\r\n`;
  const startAt = head?.length ?? 0;
  const dataAt = startAt + start.length;
  const size = dataAt + bytes.length + 2;
  if (size + aroundChunk > scratch.length) {
    if (head !== undefined) line.write(head);
    line.write(Buffer.from(start, 'latin1'));
    line.write(bytes);
    return line.write(crlf);
  }
  if (head !== undefined) scratch.set(head, 0);
  scratch.write(start, startAt, 'latin1');
  scratch.set(bytes, dataAt);
  scratch[size - 2] = cr;
  scratch[size - 1] = lf;
  return line.writeLent(scratch, size);
}

/** Sends the end of a chunked body. */
export function writeLastChunk(line: Line): boolean {
  return line.write(lastChunk);
}
