import type { ByteSink, ByteSource } from '../http/bytes.ts';

/** The connection behind a body. */
export interface BodyOwner {
  /** Read no more for now. */
  hold(): void;
  /** Read on. */
  flow(): void;
  /** Somebody wants the body: it is being read from now on. */
  wanted(): void;
  /** Nobody wants the rest of the body. */
  dropped(): void;
}

/** How much is read before anybody wants it, in bytes and in pieces: a client that leaves meanwhile is seen. */
const mostUnwanted = 64 * 1024;
const mostPieces = 16;

/**
 * The body of a message as a source of the very buffers that came. What comes before anybody wants it, or
 * while it is held back, is kept: little of it, for then the connection is not read either.
 */
export class Body implements ByteSource {
  readonly #owner: BodyOwner;
  #kept: Uint8Array[] = [];
  #unwanted = 0;
  #sink: ByteSink | undefined;
  #isHeld = false;
  #isPaused = false;
  /** How it ended, where that is not told yet. */
  #ending: 'end' | Error | undefined;
  #isOver = false;

  constructor(owner: BodyOwner) {
    this.#owner = owner;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#owner.wanted();
    this.#flush();
  }

  pause(): void {
    this.#isPaused = true;
    this.#hold();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#flush();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#kept = [];
    // All of it came already: the connection is free, and may be somebody else's by now.
    if (this.#ending === undefined) this.#owner.dropped();
  }

  /** From the connection: data of the body; `isLast` completes it. */
  feed(bytes: Uint8Array, isLast: boolean): void {
    if (this.#isOver) return;
    if (isLast) {
      this.#ending = 'end';
      // The connection is somebody else's from now on, whenever what is kept here is read.
      if (this.#isHeld) this.#flow();
    }
    if (this.#sink === undefined || this.#isPaused || this.#kept.length > 0) {
      if (bytes.length > 0) this.#kept.push(bytes);
      this.#unwanted += bytes.length;
      const isMuch = this.#unwanted >= mostUnwanted || this.#kept.length >= mostPieces;
      if (isMuch || this.#sink !== undefined) this.#hold();
      return;
    }
    if (bytes.length > 0) this.#sink.chunk(bytes);
    if (isLast) this.#tell();
  }

  /** From the connection: the body will never be complete. */
  fail(error: Error): void {
    if (this.#isOver || this.#ending !== undefined) return;
    this.#ending = error;
    this.#isHeld = false;
    if (this.#sink !== undefined && this.#kept.length === 0) this.#tell();
  }

  #hold(): void {
    if (this.#isHeld || this.#ending !== undefined) return;
    this.#isHeld = true;
    this.#owner.hold();
  }

  #flush(): void {
    while (!this.#isPaused && !this.#isOver) {
      const bytes = this.#kept.shift();
      if (bytes === undefined) break;
      this.#sink?.chunk(bytes);
    }
    if (this.#isPaused || this.#isOver) return;
    if (this.#isHeld) this.#flow();
    if (this.#ending !== undefined) this.#tell();
  }

  #flow(): void {
    this.#isHeld = false;
    this.#owner.flow();
  }

  #tell(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Whoever took the body may hold all of it: that must not outlast it here.
    const sink = this.#sink;
    this.#sink = undefined;
    if (this.#ending === 'end') sink?.end();
    else if (this.#ending !== undefined) sink?.fail(this.#ending);
  }
}
