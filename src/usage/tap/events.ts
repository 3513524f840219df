import { Begun } from './begun.ts';
import { charactersOfDelta } from './characters.ts';
import { parsed } from './json.ts';
import type { Said } from './said.ts';

/** Longer than any event that carries usage; longer ones are not read (bytes of a line). */
const longestLine = 64 * 1024;
/** Longer than any block that begins with nothing but its name (bytes). */
const longestBegin = 4 * 1024;
/** Within these stands what sort of delta a line is (bytes). */
const headOfLine = 256;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;
const quote = 0x22;
const letters = { d: 0x64, e: 0x65, m: 0x6d } as const;

const byteOrderMark = Buffer.from('\ufeff');
const dataField = Buffer.from('data:');
/** How the API's events begin. */
const typeFirst = Buffer.from('{"type":');
const deltaEvent = Buffer.from('content_block_delta"');
const blockEvent = Buffer.from('content_block_start"');
/** The members that count of a delta that is too long to be read; see `charactersOfDelta`. */
const countedMember = /"(?:text|thinking|partial_json)": ?"/;

/**
 * Reads the events of a stream as its bytes pass (server-sent events, WHATWG HTML §9.2.6) and tells `said`
 * what they say. What an event's text says, or a comment, is no event. Deltas, which are nearly all of a stream, are
 * only measured: nothing is made of them. However the stream is cut into chunks, the same comes out.
 */
export class Events {
  readonly #said: Said;
  /** The line that the last chunk ended in. */
  readonly #line = new Begun(longestLine);
  /** The data of an event that stands in several lines. */
  readonly #data = new Begun(longestLine);
  #isFirstLine = true;
  /** The last chunk ended in a carriage return: a line feed behind it belongs to it. */
  #endsInReturn = false;

  constructor(said: Said) {
    this.#said = said;
  }

  chunk(bytes: Buffer): void {
    if (bytes.length === 0) return;
    let from = this.#endsInReturn && bytes[0] === lineFeed ? 1 : 0;
    this.#endsInReturn = bytes.at(-1) === carriageReturn;
    // The API ends its lines in line feeds; a byte that is not there is found fastest.
    const endOf = bytes.indexOf(carriageReturn) === -1 ? feedEnd : eitherEnd;
    while (from < bytes.length) {
      const end = endOf(bytes, from);
      if (end === -1) break;
      if (this.#line.size === 0) this.#take(bytes, from, end, end - from);
      else this.#finish(bytes, from, end);
      from = bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? end + 2 : end + 1;
    }
    if (from < bytes.length) this.#line.add(bytes, from, bytes.length);
  }

  /** The stream is complete: a last line counts also without its end. */
  end(): void {
    if (this.#line.size > 0) this.#finish(empty, 0, 0);
    this.#dispatch();
  }

  #finish(bytes: Buffer, from: number, end: number): void {
    const line = this.#line;
    line.add(bytes, from, end);
    const { size } = line;
    line.clear();
    this.#take(line.bytes, 0, Math.min(size, longestLine), size);
  }

  /** Takes a line; `size` is its whole length, of which at least `longestLine` bytes are there. */
  #take(bytes: Buffer, start: number, end: number, size: number): void {
    let from = start;
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      if (beginsWith(bytes, from, end, byteOrderMark)) from += byteOrderMark.length;
    }
    if (from === end) {
      this.#dispatch();
      return;
    }
    if (bytes[from] !== letters.d || !beginsWith(bytes, from, end, dataField)) return;
    from += dataField.length;
    if (from < end && bytes[from] === blank) from += 1;
    if (this.#data.size > 0) this.#addData(bytes, from, end);
    else if (size > longestLine) this.#takeLong(bytes, from, size - (from - start));
    else if (!this.#isEvent(bytes, from, end)) this.#addData(bytes, from, end);
  }

  /** Takes a line of data as the whole event that it nearly always is; false where it is only a part of one. */
  #isEvent(bytes: Buffer, from: number, end: number): boolean {
    switch (kindOf(bytes, from, end)) {
      case 'delta':
        this.#said.estimate.characters += charactersOfDelta(bytes, from, end);
        return true;
      case 'block':
        // What begins with more than a name is a tool's result: none of the model's output.
        if (end - from <= longestBegin) this.#said.event(parsed(bytes.subarray(from, end)));
        else this.#said.estimate.begin(0);
        return true;
      case 'idle':
        return true;
      case 'telling': {
        const event = parsed(bytes.subarray(from, end));
        this.#said.event(event);
        return event !== undefined;
      }
    }
  }

  /** Of a delta that is too long, its bytes are counted as characters. */
  #takeLong(bytes: Buffer, from: number, size: number): void {
    const kind = kindOf(bytes, from, from + headOfLine);
    if (kind === 'block') this.#said.estimate.begin(0);
    const member = countedMember.exec(bytes.toString('latin1', from, from + headOfLine));
    if (kind === 'delta' && member !== null)
      this.#said.estimate.characters += size - member.index - member[0].length;
  }

  #addData(bytes: Buffer, from: number, end: number): void {
    if (this.#data.size > 0) this.#data.add(newline, 0, 1);
    this.#data.add(bytes, from, end);
  }

  #dispatch(): void {
    const data = this.#data;
    if (data.size === 0) return;
    if (data.isKept) this.#said.event(parsed(data.bytes.subarray(0, data.size)));
    data.clear();
  }
}

const empty = Buffer.alloc(0);
const newline = Buffer.from('\n');

/**
 * What a line of data can say, as its first bytes tell: something of the whole answer (`telling`), a piece of
 * it (`delta`), that another block of it begins (`block`), or nothing that is looked for here. Where the type does not
 * come first, all has to be read.
 */
function kindOf(bytes: Buffer, from: number, end: number): 'telling' | 'delta' | 'block' | 'idle' {
  if (!beginsWith(bytes, from, end, typeFirst)) return 'telling';
  let at = from + typeFirst.length;
  if (at < end && bytes[at] === blank) at += 1;
  if (at >= end || bytes[at] !== quote) return 'telling';
  at += 1;
  if (bytes[at] === letters.m || bytes[at] === letters.e) return 'telling';
  // No other type of this length has a D in its place.
  if (at + deltaEvent.length > end || bytes[at + deltaEvent.length - 1] !== quote) return 'idle';
  if (bytes[at + 14] === letters.d) return 'delta';
  return beginsWith(bytes, at, end, blockEvent) ? 'block' : 'idle';
}

function beginsWith(bytes: Buffer, from: number, end: number, word: Buffer): boolean {
  if (end - from < word.length) return false;
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return false;
  return true;
}

/** Where a line ends, in a chunk whose lines end in line feeds; -1 where it goes on. */
function feedEnd(bytes: Buffer, from: number): number {
  return bytes[from] === lineFeed ? from : bytes.indexOf(lineFeed, from);
}

/** The same where some may end in carriage returns. */
function eitherEnd(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1)
    if (bytes[at] === lineFeed || bytes[at] === carriageReturn) return at;
  return -1;
}
