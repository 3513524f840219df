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

const crlf = Buffer.from('\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');

/** A character that no value of a header may hold: it would end the line, or not be one byte (RFC 9110 §5.5). */
const noValue = /[^\t\x20-\x7e\x80-\xff]/;
const noName = /[^\w!#$%&'*+.^`|~-]/;

/** A header as it was often sent. */
interface Sent {
  readonly remembers: boolean;
  value: string | undefined;
  line: string;
  /** How often in a row the value was another one. */
  missed: number;
}

/** Names that were sent before, with their lines: the same few, over and over. Strangers can make up any number. */
const sent = new Map<string, Sent>();
const mostNames = 2_000;
const longestKept = 64;

/**
 * The headers as lines, as they stand.
 *
 * @throws TypeError where a name or value would not come out as one header
 */
export function headerLines(headers: HeaderList): string {
  let lines = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    const known = sent.get(name);
    lines += known !== undefined && known.value === value ? known.line : newLine(name, value, known);
  }
  return lines;
}

function newLine(name: string, value: string, known: Sent | undefined): string {
  if ((known === undefined && (name === '' || noName.test(name))) || noValue.test(value))
    throw new TypeError(`the header ${JSON.stringify(name)} cannot be sent`);
  const line = `${name}: ${value}\r\n`;
  if (known === undefined) {
    if (sent.size < mostNames && name.length <= longestKept)
      sent.set(name, { remembers: mayRemember(name), value: undefined, line: '', missed: mostMissed });
  } else if (known.remembers && value.length <= longestRemembered) {
    known.missed += 1;
    if (known.missed >= mostMissed) Object.assign(known, { value, line, missed: 0 });
  }
  return line;
}

/** Sends a head and, in the same piece where it fits, the bytes that follow it. */
export function writeHead(line: Line, head: string, bytes?: Uint8Array): boolean {
  const size = head.length + (bytes?.length ?? 0);
  if (size > scratch.length) {
    const flows = line.write(Buffer.from(head, 'latin1'));
    return bytes === undefined ? flows : line.write(bytes);
  }
  const used = scratch.write(head, 0, 'latin1');
  if (bytes !== undefined) scratch.set(bytes, used);
  return line.writeLent(scratch, size);
}

/** Sends `bytes` as one chunk, behind `head` where there is one. */
export function writeChunk(line: Line, bytes: Uint8Array, head = ''): boolean {
  const start = `${head}${bytes.length.toString(16)}\r\n`;
  const size = start.length + bytes.length + 2;
  if (size + aroundChunk > scratch.length) {
    line.write(Buffer.from(start, 'latin1'));
    line.write(bytes);
    return line.write(crlf);
  }
  const used = scratch.write(start, 0, 'latin1');
  scratch.set(bytes, used);
  scratch[size - 2] = 0x0d;
  scratch[size - 1] = 0x0a;
  return line.writeLent(scratch, size);
}

/** Sends the end of a chunked body. */
export function writeLastChunk(line: Line): boolean {
  return line.write(lastChunk);
}
