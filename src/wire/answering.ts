import type { ByteSink, ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { header, without, type HeaderList } from '../http/headers.ts';
import { statusLine } from './reasons.ts';
import type { Line } from './line.ts';
import { headBytes, writeChunk, writeHead, writeLastChunk } from './write.ts';

/** What an answer is written for. */
export interface Asked {
  readonly method: string;
  /** 0 or 1, of HTTP/1. */
  readonly minor: number;
}

/** How the writing of an answer ended: `broken` must not look like an end to the client. */
export type Written = 'whole' | 'broken';

/**
 * Writes one answer with its headers as they stand; adds framing only.
 */
export class Answering implements ByteSink {
  readonly #line: Line;
  readonly #then: (written: Written) => void;
  readonly #onHeld: () => void;
  #source: ByteSource | undefined;
  /** The head, as long as it waits for the first bytes of the body to go with it. */
  #head: Buffer | undefined;
  #isChunked = false;
  /** What the body still owes to the length that its head tells. */
  #left = Number.POSITIVE_INFINITY;
  #isOver = false;
  #isHeld = false;
  #closes = false;

  /** @param onHeld told each time the client begins to take less than it is sent */
  constructor(line: Line, then: (written: Written) => void, onHeld: () => void = () => {}) {
    this.#line = line;
    this.#then = then;
    this.#onHeld = onHeld;
  }

  /** The connection ends with this answer: somebody wants it so, or only that tells where the answer ends. */
  get closes(): boolean {
    return this.#closes;
  }

  /** The client takes less than it is sent. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * @param closes the connection ends with this answer
   * @throws TypeError, RangeError where the answer cannot be put on the wire; nothing is written then
   */
  begin(answer: Answer, asked: Asked, closes: boolean): void {
    const { body, status } = answer;
    const headers = status === 204 ? withoutLength(answer.headers) : answer.headers;
    const start = statusLine(status);
    const mayHaveBody = asked.method !== 'HEAD' && status !== 204 && status !== 304;
    const told = header(headers, 'content-length');
    if (body === undefined || body instanceof Uint8Array || !mayHaveBody) {
      const bytes = mayHaveBody && body instanceof Uint8Array ? body : undefined;
      const size = bytes?.length ?? 0;
      if (mayHaveBody && told !== undefined && Number(told) !== size)
        throw new RangeError(`${size} bytes are no body of the length ${told}`);
      const lengthLine = mayHaveBody && told === undefined ? `content-length: ${size}\r\n` : '';
      const head = headBytes(start, headers, lengthLine + ending(closes));
      this.#closes = closes;
      if (!writeHead(this.#line, head, bytes)) this.#noteHeld();
      if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
      this.#finish('whole');
      return;
    }
    if (told === undefined) this.#isChunked = asked.minor === 1;
    else this.#left = Number(told);
    if (Number.isNaN(this.#left)) throw new RangeError(`${told} is no length`);
    this.#closes = closes || (told === undefined && !this.#isChunked);
    const codingLine = this.#isChunked ? 'transfer-encoding: chunked\r\n' : '';
    this.#head = headBytes(start, headers, codingLine + ending(this.#closes));
    this.#relay(body);
  }

  /** Whoever asked is gone. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#source?.cancel();
  }

  /** What waited is gone: more may come. */
  drained(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (!this.#isOver) this.#source?.resume();
  }

  #relay(source: ByteSource): void {
    this.#source = source;
    source.start(this);
    // The head goes out at once, even when the first byte of the body lets wait for itself.
    if (!this.#isOver && !this.#flushHead()) this.#hold();
  }

  /** From the body. */
  chunk(bytes: Uint8Array): void {
    // An empty chunk would be the end of the body.
    if (this.#isOver || bytes.length === 0) return;
    this.#left -= bytes.length;
    if (this.#left < 0) {
      this.#source?.cancel();
      this.#finish('broken');
      return;
    }
    const head = this.#head;
    this.#head = undefined;
    const flows = this.#isChunked
      ? writeChunk(this.#line, bytes, head)
      : head === undefined
        ? this.#line.write(bytes)
        : writeHead(this.#line, head, bytes);
    if (!flows) this.#hold();
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#noteHeld();
    this.#source?.pause();
  }

  #noteHeld(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#onHeld();
  }

  /** The body is complete. */
  end(): void {
    if (this.#isOver) return;
    const isShort = this.#left > 0 && this.#left !== Number.POSITIVE_INFINITY;
    if (isShort) {
      this.#finish('broken');
      return;
    }
    const flows = this.#flushHead();
    if (!(this.#isChunked ? writeLastChunk(this.#line) : flows)) this.#noteHeld();
    this.#finish('whole');
  }

  /** The body broke off. */
  fail(): void {
    this.#finish('broken');
  }

  #flushHead(): boolean {
    const head = this.#head;
    this.#head = undefined;
    return head === undefined || writeHead(this.#line, head);
  }

  #finish(written: Written): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#then(written);
  }
}

function ending(closes: boolean): string {
  return closes ? 'connection: close\r\n\r\n' : '\r\n';
}

/** HEAD and 304 may tell the length of the body they leave out; 204 must not (RFC 9110 §8.6). */
function withoutLength(headers: HeaderList): HeaderList {
  return without(headers, (name) => name === 'content-length');
}
