/**
 * Bytes that flow when they flow: pushed by the source, chunk by chunk, held back by `pause`. A chunk
 * handed over is never written to again, so whoever gets it may pass the very same buffer on.
 */
export interface ByteSource {
  /** Begins the flow into `sink`, once. The first chunk may come before this returns. */
  start(sink: ByteSink): void;
  /** No chunk after the one being delivered, until `resume`. */
  pause(): void;
  resume(): void;
  /** The reader wants no more. Nothing is delivered afterwards; what is behind the source is closed. */
  cancel(): void;
}

/** Where a source delivers: chunks, then exactly one of `end` and `fail`. */
export interface ByteSink {
  chunk(bytes: Uint8Array): void;
  /** The body is complete. */
  end(): void;
  /** The body broke off. A carrier must break its own connection, never end it cleanly. */
  fail(error: Error): void;
}

/** A body larger than the reader wants to hold. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

/** Chunks below this are copied together (bytes): an object costs more than what it would hold. */
const smallChunk = 1024;
const blockBytes = 16 * 1024;
/** The memory of chunks from this size on is worth being given back (bytes). */
const largeChunk = 16 * 1024;

/** Gathers a body chunk by chunk. One that comes in single bytes takes no more memory than any other. */
export class Gathering {
  #chunks: Uint8Array[] = [];
  #block: Uint8Array | undefined;
  #used = 0;
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  add(bytes: Uint8Array): void {
    const isFirst = this.#size === 0;
    this.#size += bytes.length;
    if (isFirst || bytes.length >= smallChunk) {
      this.#closeBlock();
      this.#chunks.push(bytes);
      return;
    }
    if (this.#used + bytes.length > blockBytes) this.#closeBlock();
    this.#block ??= new Uint8Array(blockBytes);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** All of it as one piece; a single chunk as it came. Nothing is kept. */
  take(): Uint8Array {
    this.#closeBlock();
    const [only] = this.#chunks;
    const whole = this.#chunks.length === 1 && only !== undefined ? only : join(this.#chunks, this.#size);
    this.drop();
    return whole;
  }

  /**
   * The same, of chunks that nobody else has: once their bytes are joined, their memory is free at once and not when
   * the collector comes, who sees little of it.
   */
  takeOwn(): Uint8Array {
    const chunks = this.#chunks;
    const whole = this.take();
    if (chunks.length > 1) for (const chunk of chunks) free(chunk);
    return whole;
  }

  /** Lets go of what was gathered. */
  drop(): void {
    this.#chunks = [];
    this.#block = undefined;
    this.#used = 0;
    this.#size = 0;
  }

  #closeBlock(): void {
    if (this.#block === undefined || this.#used === 0) return;
    this.#chunks.push(this.#block.slice(0, this.#used));
    this.#used = 0;
  }
}

/** Gives the memory of a chunk back, where no other chunk has a part in it. */
function free({ buffer, length }: Uint8Array): void {
  if (length >= largeChunk && length === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}

/** `chunks` as one piece; `size` is their sum. */
export function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  // All of it is written, and memory of its own: nothing needs to be set to zero.
  const all = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/**
 * All bytes of `source`.
 *
 * @throws TooManyBytes beyond `limit`, after cancelling the source; else the error the source fails with
 */
export function collect(source: ByteSource, limit: number = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const gathering = new Gathering();
    let isTooMuch = false;
    source.start({
      chunk(bytes) {
        if (isTooMuch) return;
        isTooMuch = gathering.size + bytes.length > limit;
        if (!isTooMuch) {
          gathering.add(bytes);
          return;
        }
        gathering.drop();
        source.cancel();
        reject(new TooManyBytes(`more than ${limit} bytes`));
      },
      end() {
        if (!isTooMuch) resolve(gathering.take());
      },
      fail: reject,
    });
  });
}

/**
 * The same source, with each chunk shown to `look` after it has been passed on. Looking cannot delay or
 * break the flow: what `look` throws goes to `onTrouble`, and it is not asked again.
 */
export function tapped(
  source: ByteSource,
  look: { chunk(bytes: Uint8Array): void; done(ending: Ending): void },
  onTrouble: (error: unknown) => void,
): ByteSource {
  let looking = true;
  const show = (what: () => void): void => {
    if (!looking) return;
    try {
      what();
    } catch (error) {
      looking = false;
      onTrouble(error);
    }
  };
  let over = false;
  const finish = (ending: Ending): void => {
    if (over) return;
    over = true;
    show(() => {
      look.done(ending);
    });
  };
  return {
    start(sink) {
      source.start({
        chunk(bytes) {
          sink.chunk(bytes);
          show(() => {
            look.chunk(bytes);
          });
        },
        end() {
          sink.end();
          finish({ is: 'complete' });
        },
        fail(error) {
          sink.fail(error);
          finish({ is: 'broken', error });
        },
      });
    },
    pause() {
      source.pause();
    },
    resume() {
      source.resume();
    },
    cancel() {
      source.cancel();
      finish({ is: 'cancelled' });
    },
  };
}

/** How the flow of a body ended. */
export type Ending = { is: 'complete' } | { is: 'broken'; error: Error } | { is: 'cancelled' };
