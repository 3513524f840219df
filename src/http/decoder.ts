import { codingsOf, looksZlib, zlib, type Coding } from './coding.ts';

/** Reads a body as it passes; nothing comes after `end`, and none where the body broke off. */
export interface Reader {
  chunk(bytes: Uint8Array): void;
  /** The body is complete. */
  end(): void;
}

/** Bytes that are not what their coding says, or far more than any API's answer holds. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** What may come out of one chunk and of a whole body (bytes): an answer shrinks to a tenth, a bomb to a thousandth. */
const mostOfChunk = 8 * 1024 * 1024;
const mostInAll = 64 * 1024 * 1024;

/** The longest window a decoder must have for a body on the web, as a power of two (RFC 9659): 8 MiB. */
const zstdWindowLog = 23;

/**
 * Undoes the coding of a body for somebody who reads along: chunk in, plain bytes out to `reader` before
 * `chunk` returns. It never holds more than a window of the body. See docs/decisions/0035.
 */
export class Decoder implements Reader {
  readonly #stages: readonly Stage[];
  readonly #first: Reader;

  constructor(codings: readonly Coding[], reader: Reader) {
    const stages: Stage[] = [];
    let next = reader;
    for (const coding of codings.toReversed()) {
      const stage = new Stage(coding, next);
      stages.push(stage);
      next = stage;
    }
    this.#stages = stages;
    this.#first = next;
  }

  /** @throws Undecodable, then nothing more can be read; or what the reader throws */
  chunk(bytes: Uint8Array): void {
    try {
      this.#first.chunk(bytes);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  end(): void {
    try {
      this.#first.end();
    } finally {
      this.close();
    }
  }

  /** Lets go of the memory behind it. Whoever opened it calls this when the body is over, however it ended. */
  close(): void {
    for (const stage of this.#stages) stage.close();
  }
}

/**
 * A reader of the coded body in front of `reader`, by the value of `content-encoding`.
 *
 * @returns undefined where a coding is not known
 */
export function decoderFor(coding: string, reader: Reader): Decoder | undefined {
  const codings = codingsOf(coding);
  return codings === undefined ? undefined : new Decoder(codings, reader);
}

/** One coding. */
class Stage implements Reader {
  readonly #coding: Coding;
  readonly #next: Reader;
  #engine: Engine | undefined;
  /** The first byte, where two are needed to know the format. */
  #held: Uint8Array | undefined;
  #isClosed = false;
  #size = 0;

  constructor(coding: Coding, next: Reader) {
    this.#coding = coding;
    this.#next = next;
  }

  chunk(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.length === 0) return;
    let fresh = bytes;
    if (this.#engine === undefined) {
      if (this.#held !== undefined) fresh = Buffer.concat([this.#held, bytes]);
      if (this.#coding === 'deflate' && fresh.length < 2) {
        this.#held = Buffer.from(fresh);
        return;
      }
      this.#engine = engineFor(this.#coding, fresh);
      this.#held = undefined;
    }
    const before = this.#size;
    this.#engine.decode(fresh, (plain) => {
      this.#size += plain.length;
      if (this.#size - before > mostOfChunk || this.#size > mostInAll)
        throw new Undecodable('far more comes out than an answer holds');
      this.#next.chunk(plain);
    });
  }

  end(): void {
    if (!this.#isClosed) this.#next.end();
  }

  close(): void {
    this.#isClosed = true;
    this.#engine?.close();
  }
}

/**
 * What the streams of node:zlib are made of. It is not documented, yet libraries that everybody has lean on it
 * (minizlib, pngjs): the streams themselves cost sixty times as much for an event, and come too late.
 */
interface Handle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
  onerror: (message: string) => void;
}

/** Where all decoders put what comes out, one after the other (bytes). */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** Decodes on the spot. */
class Engine {
  readonly #stream: { close(): void };
  readonly #handle: Handle;
  /** After each write: room left in the output, bytes left in the input. */
  readonly #state: Uint32Array;
  readonly #flush: number;
  #failed: string | undefined;

  constructor(stream: { close(): void }, flush: number) {
    const handle: unknown = Reflect.get(stream, '_handle');
    const state: unknown = Reflect.get(stream, '_writeState');
    if (!isHandle(handle) || !(state instanceof Uint32Array))
      throw new Undecodable('this runtime decodes nothing on the spot');
    // The only way to hear of an error here; what stands there by default would end the process.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
    handle.onerror = (message) => {
      this.#failed = message;
    };
    this.#stream = stream;
    this.#handle = handle;
    this.#state = state;
    this.#flush = flush;
  }

  /** Gives `take` a copy of what comes out, piece by piece. @throws Undecodable */
  decode(bytes: Uint8Array, take: (plain: Uint8Array) => void): void {
    let left = bytes.length;
    for (;;) {
      this.#handle.writeSync(this.#flush, bytes, bytes.length - left, left, scratch, 0, scratch.length);
      if (this.#failed !== undefined) throw new Undecodable(this.#failed);
      const [room = 0, unread = 0] = this.#state;
      const isStuck = unread === left && room === scratch.length;
      left = unread;
      if (room < scratch.length) take(Buffer.from(scratch.subarray(0, scratch.length - room)));
      // What stands behind the end of a coded body is nobody's.
      if (isStuck || (left === 0 && room > 0)) return;
    }
  }

  close(): void {
    this.#stream.close();
  }
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'writeSync' in value && 'onerror' in value;
}

function engineFor(coding: Coding, begin: Uint8Array): Engine {
  // The streams' own buffers are never used; this is the least they take.
  const chunkSize = 64;
  const open = zlib();
  const { constants } = open;
  switch (coding) {
    case 'gzip':
      return new Engine(open.createGunzip({ chunkSize }), constants.Z_SYNC_FLUSH);
    case 'deflate': {
      const inflate = looksZlib(begin[0], begin[1]) ? open.createInflate : open.createInflateRaw;
      return new Engine(inflate({ chunkSize }), constants.Z_SYNC_FLUSH);
    }
    case 'br':
      return new Engine(open.createBrotliDecompress({ chunkSize }), constants.BROTLI_OPERATION_PROCESS);
    case 'zstd': {
      const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLog };
      return new Engine(open.createZstdDecompress({ chunkSize, params }), constants.ZSTD_e_continue);
    }
  }
}
