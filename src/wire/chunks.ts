import { areFieldsValid, endOfHead, hasBareLineFeed } from './head.ts';

/** More of a chunk's extensions, or of a trailer, than anybody sends; both are read over (bytes). */
const longestExtension = 256;
const longestTrailer = 16 * 1024;
/** 2^44 bytes: more is nobody's chunk. */
const mostDigits = 11;

const cr = 0x0d;
const lf = 0x0a;
const semicolon = 0x3b;

/** RFC 9112 §7.1.1, without the blanks that it calls bad. */
const extensions =
  /^(?:;[\w!#$%&'*+.^`|~-]+(?:=(?:[\w!#$%&'*+.^`|~-]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?)+$/;

type Where = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'over' | 'wrong';

/** The value of a hexadecimal digit; 255 for all else. */
const hex = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  hex[digit.charCodeAt(0)] = value;
  hex[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Takes the chunked coding off a body (RFC 9112 §7.1). The data of all chunks in a buffer is moved together
 * within it, so that what came in one piece goes on in one piece and nothing is copied elsewhere.
 */
export class ChunkReader {
  #where: Where = 'size';
  #left = 0;
  #digits = 0;
  #extension = '';
  #trailer: Buffer | undefined;
  /** Where the bytes behind the body begin, once it is over. */
  restAt = 0;

  get isOver(): boolean {
    return this.#where === 'over';
  }

  get isWrong(): boolean {
    return this.#where === 'wrong';
  }

  /**
   * Reads `bytes` from `start`; the data in it stands from `start` on afterwards.
   *
   * @returns the end of the data
   */
  read(bytes: Buffer, start: number): number {
    let at = start;
    let end = start;
    while (at < bytes.length) {
      if (this.#where === 'data') {
        const take = Math.min(this.#left, bytes.length - at);
        if (end !== at) bytes.copyWithin(end, at, at + take);
        at += take;
        end += take;
        this.#left -= take;
        if (this.#left === 0) this.#where = 'data-cr';
        continue;
      }
      if (this.#where === 'trailer') {
        this.#readTrailer(bytes, at);
        return end;
      }
      if (this.#where === 'over' || this.#where === 'wrong') return end;
      this.#step(bytes[at] ?? 0);
      at += 1;
    }
    return end;
  }

  /** One byte of what stands around the data. */
  #step(byte: number): void {
    switch (this.#where) {
      case 'size':
        this.#size(byte);
        return;
      case 'extension':
        if (byte !== cr) this.#extension += String.fromCharCode(byte);
        else this.#where = extensions.test(this.#extension) ? 'size-lf' : 'wrong';
        if (this.#extension.length > longestExtension) this.#where = 'wrong';
        return;
      case 'size-lf':
        if (byte !== lf) this.#where = 'wrong';
        else this.#where = this.#left === 0 ? 'trailer' : 'data';
        return;
      case 'data-cr':
        this.#where = byte === cr ? 'data-lf' : 'wrong';
        return;
      case 'data-lf':
        this.#where = byte === lf ? 'size' : 'wrong';
        this.#digits = 0;
        this.#extension = '';
        return;
      case 'data':
      case 'trailer':
      case 'over':
      case 'wrong':
    }
  }

  #size(byte: number): void {
    const value = hex[byte] ?? 255;
    if (value !== 255 && this.#digits < mostDigits) {
      this.#left = this.#left * 16 + value;
      this.#digits += 1;
    } else if (this.#digits === 0) this.#where = 'wrong';
    else if (byte === cr) this.#where = 'size-lf';
    else if (byte === semicolon) {
      this.#extension = ';';
      this.#where = 'extension';
    } else this.#where = 'wrong';
  }

  /** The usual trailer is the empty line alone; others are checked and left behind. */
  #readTrailer(bytes: Buffer, at: number): void {
    if (this.#trailer === undefined && bytes[at] === cr && bytes[at + 1] === lf) {
      this.restAt = at + 2;
      this.#where = 'over';
      return;
    }
    const before = this.#trailer ?? Buffer.alloc(0);
    const all = Buffer.concat([before, bytes.subarray(at)]);
    const end = endOfTrailer(all, before.length);
    if (end === -1) {
      this.#trailer = all;
      if (all.length > longestTrailer || hasBareLineFeed(all, before.length)) this.#where = 'wrong';
      return;
    }
    this.#trailer = undefined;
    this.restAt = at + end - before.length;
    this.#where = end <= longestTrailer && areFieldsValid(all, 0, end) ? 'over' : 'wrong';
  }
}

/** Behind the empty line, which may be all there is; then a carriage return stands first. */
function endOfTrailer(bytes: Buffer, from: number): number {
  if (bytes[0] !== cr || bytes.length < 2) return endOfHead(bytes, from);
  return 2;
}
