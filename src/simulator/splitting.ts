import { join, type ByteSink, type ByteSource } from '../http/bytes.ts';

/**
 * The same bytes in pieces of `size`, wherever chunks began and ended: events are torn apart and glued
 * together. Bytes that do not fill a piece wait for more only until the current task is done.
 */
export function split(source: ByteSource, size: number): ByteSource {
  return new Splitter(source, Math.max(1, size));
}

class Splitter implements ByteSource {
  readonly #source: ByteSource;
  readonly #size: number;
  #sink: ByteSink | undefined;
  #rest: Uint8Array = new Uint8Array();
  #ending: ((sink: ByteSink) => void) | undefined;
  #isPaused = false;
  #isOver = false;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#size = size;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#source.start({
      chunk: (bytes) => {
        this.#rest =
          this.#rest.length === 0 ? bytes : join([this.#rest, bytes], this.#rest.length + bytes.length);
        this.#pass(false);
        queueMicrotask(() => {
          this.#pass(true);
        });
      },
      end: () => {
        this.#finish((last) => {
          last.end();
        });
      },
      fail: (error) => {
        this.#finish((last) => {
          last.fail(error);
        });
      },
    });
  }

  pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#source.resume();
    this.#pass(this.#ending !== undefined);
  }

  cancel(): void {
    this.#isOver = true;
    this.#source.cancel();
  }

  #finish(ending: (sink: ByteSink) => void): void {
    this.#ending = ending;
    this.#pass(true);
  }

  /** Hands on whole pieces, or all there is, until the reader pauses; then the end, where it has come. */
  #pass(all: boolean): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    while (this.#mayPass(all)) {
      const piece = this.#rest.subarray(0, this.#size);
      this.#rest = this.#rest.subarray(this.#size);
      sink.chunk(piece);
    }
    const ending = this.#ending;
    if (this.#isOver || this.#isPaused || this.#rest.length > 0 || ending === undefined) return;
    this.#isOver = true;
    ending(sink);
  }

  #mayPass(all: boolean): boolean {
    if (this.#isOver || this.#isPaused) return false;
    return all ? this.#rest.length > 0 : this.#rest.length >= this.#size;
  }
}
