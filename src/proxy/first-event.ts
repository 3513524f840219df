import type { Reader } from '../http/decoder.ts';
import { Begun } from '../usage/tap/begun.ts';
import { asBuffer } from '../usage/tap/json.ts';
import { errorIn, type UpstreamError } from './upstream-error.ts';

/** What the first event of a stream turned out to be. */
export type First =
  /** Something other than an error; or nobody can tell, and it passes for that. */
  { readonly is: 'event' } | { readonly is: 'error'; readonly error: UpstreamError };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = '\ufeff';

/**
 * Looks for the first event of a stream (server-sent events, WHATWG HTML §9.2.6) that is neither a ping nor a
 * comment. An event counts once the blank line behind it is there.
 */
export class FirstEvent implements Reader {
  /** Undefined as long as there was none. */
  found: First | undefined;
  readonly #most: number;
  #size = 0;
  /** The line that the last chunk ended in. */
  readonly #line: Begun;
  #isFirstLine = true;
  /** The last byte was a carriage return: a line feed behind it belongs to it. */
  #isAfterReturn = false;
  #name = '';
  #data: string[] = [];

  /** @param most what is read of a stream in which no event comes (bytes); then it passes for one */
  constructor(most: number) {
    this.#most = most;
    this.#line = new Begun(most);
  }

  chunk(chunk: Uint8Array): void {
    const bytes = asBuffer(chunk);
    let from = 0;
    for (let at = 0; at < bytes.length && this.found === undefined; at += 1) {
      const byte = bytes[at];
      if (byte !== lineFeed && byte !== carriageReturn) {
        this.#isAfterReturn = false;
        continue;
      }
      if (byte === carriageReturn || !this.#isAfterReturn) this.#endLine(bytes, from, at);
      this.#isAfterReturn = byte === carriageReturn;
      from = at + 1;
    }
    if (this.found !== undefined) return;
    this.#line.add(bytes, from, bytes.length);
    this.#size += bytes.length;
    if (this.#size > this.#most) this.found = { is: 'event' };
  }

  /** An event that lacks its end is none. */
  end(): void {}

  #endLine(bytes: Buffer, from: number, end: number): void {
    this.#line.add(bytes, from, end);
    let line = this.#line.bytes.toString('utf8', 0, this.#line.size);
    this.#line.clear();
    if (this.#isFirstLine && line.startsWith(byteOrderMark)) line = line.slice(1);
    this.#isFirstLine = false;
    if (line === '') this.#dispatch();
    const field = /^(event|data)(?:: ?|$)/.exec(line);
    if (field === null) return;
    const value = line.slice(field[0].length);
    if (field[1] === 'data') this.#data.push(value);
    else this.#name = value;
  }

  #dispatch(): void {
    const data = this.#data.join('\n');
    const name = this.#name;
    this.#data = [];
    this.#name = '';
    // A name alone is no event.
    if (data === '' || name === 'ping') return;
    // What has a name that says enough is not read any further.
    const value = name === '' || name === 'error' ? parsed(data) : undefined;
    const type = name === '' ? typeOf(value) : name;
    if (type === 'ping') return;
    this.found = type === 'error' ? { is: 'error', error: errorIn(value) } : { is: 'event' };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
}
