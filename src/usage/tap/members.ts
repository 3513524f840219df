import { Begun } from './begun.ts';
import { parsed } from './json.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** A longer member is not read (bytes). */
const longestMember = 64 * 1024;
/** A search by the runtime costs as much as looking at this many bytes one by one. */
const nearBytes = 24;

/**
 * Picks members out of the JSON object that is all of a body, while its bytes pass and without holding them:
 * an answer of 128,000 tokens takes no more memory than one of ten. What lies in the members that nobody wants is not
 * checked. Of a name that occurs twice the last counts, as with JSON.parse.
 */
export class Members {
  readonly #wanted: ReadonlySet<string>;
  readonly #found = new Map<string, unknown>();
  /** What is being copied: a name, or the value of a wanted one. */
  readonly #kept = new Begun(longestMember);
  #keeps: 'name' | 'value' | undefined;
  #name = '';
  #place: 'before' | 'inside' | 'behind' | 'nowhere' = 'before';
  #depth = 0;
  #expectsName = true;
  #isInString = false;
  /** The last chunk ended in a backslash. */
  #isEscaped = false;

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** The members found; undefined where the body was no object, or is not at its end. */
  get found(): ReadonlyMap<string, unknown> | undefined {
    return this.#place === 'behind' ? this.#found : undefined;
  }

  chunk(bytes: Buffer): void {
    let at = 0;
    let keptFrom = 0;
    while (at < bytes.length && this.#place !== 'nowhere') {
      if (this.#isInString) {
        at = this.#skipString(bytes, at);
        if (this.#isInString || this.#keeps !== 'name') continue;
        this.#kept.add(bytes, keptFrom, at);
        this.#endName();
        continue;
      }
      if (this.#depth > 1) {
        at = this.#skipNested(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      const kept = this.#keeps;
      if (kept === 'value' && (byte === comma || byte === closeBrace)) {
        this.#kept.add(bytes, keptFrom, at);
        this.#endValue();
      }
      this.#step(byte);
      if (kept === undefined && this.#keeps !== undefined) keptFrom = byte === quote ? at : at + 1;
      at += 1;
    }
    if (this.#keeps !== undefined) this.#kept.add(bytes, keptFrom, bytes.length);
  }

  /** From inside a nested value to just behind it, into the next string, or to the end of the chunk. */
  #skipNested(bytes: Buffer, from: number): number {
    let depth = this.#depth;
    let at = from;
    for (; at < bytes.length && depth > 1; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) {
        this.#isInString = true;
        at += 1;
        break;
      }
      if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    }
    this.#depth = depth;
    return at;
  }

  /** Takes a byte that is in no string. */
  #step(byte: number): void {
    switch (this.#place) {
      case 'before':
        if (byte === openBrace) {
          this.#place = 'inside';
          this.#depth = 1;
        } else if (!isSpace(byte) && !byteOrderMark.includes(byte)) this.#place = 'nowhere';
        return;
      case 'behind':
        if (!isSpace(byte)) this.#place = 'nowhere';
        return;
      case 'inside':
        this.#structure(byte);
        return;
      case 'nowhere':
    }
  }

  #structure(byte: number): void {
    switch (byte) {
      case quote:
        this.#isInString = true;
        if (this.#depth === 1 && this.#expectsName) this.#keeps = 'name';
        return;
      case openBrace:
      case openBracket:
        this.#depth += 1;
        return;
      case closeBrace:
      case closeBracket:
        this.#depth -= 1;
        if (this.#depth === 0) this.#place = 'behind';
        return;
      case colon:
        if (this.#depth !== 1 || !this.#expectsName) return;
        this.#expectsName = false;
        if (this.#wanted.has(this.#name)) this.#keeps = 'value';
        return;
      case comma:
        if (this.#depth === 1) this.#expectsName = true;
    }
  }

  #endName(): void {
    const name = this.#take();
    this.#name = typeof name === 'string' ? name : '';
  }

  #endValue(): void {
    this.#found.set(this.#name, this.#take());
  }

  #take(): unknown {
    const kept = this.#kept;
    const value = kept.isKept ? parsed(kept.bytes.subarray(0, kept.size)) : undefined;
    kept.clear();
    this.#keeps = undefined;
    return value;
  }

  /** From inside a string to just behind its end, or to the end of the chunk. */
  #skipString(bytes: Buffer, from: number): number {
    let at = this.#isEscaped ? from + 1 : from;
    this.#isEscaped = false;
    for (;;) {
      for (const near = Math.min(at + nearBytes, bytes.length); at < near; at += 1) {
        if (bytes[at] === quote) return this.#leaveString(at);
        if (bytes[at] === backslash) at += 1;
      }
      const found = bytes.indexOf(quote, at);
      const end = found === -1 ? bytes.length : found;
      // Counted back to what has been looked at and no further.
      let slashes = 0;
      while (end - slashes > at && bytes[end - 1 - slashes] === backslash) slashes += 1;
      if (found === -1) {
        this.#isEscaped = slashes % 2 === 1 || at > bytes.length;
        return bytes.length;
      }
      if (slashes % 2 === 0) return this.#leaveString(found);
      at = found + 1;
    }
  }

  #leaveString(end: number): number {
    this.#isInString = false;
    return end + 1;
  }
}

const byteOrderMark = Buffer.from('\ufeff');

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
