import { ChunkReader } from './chunks.ts';
import { chunked, untilClose, type BodyLength } from './framing.ts';

/** Tells the bytes of a body from those behind it, by the framing that its head announced. */
export class BodyReader {
  readonly #chunks: ChunkReader | undefined;
  readonly #endsWithLine: boolean;
  #left: number;
  #restAt = 0;

  constructor(length: BodyLength) {
    this.#chunks = length === chunked ? new ChunkReader() : undefined;
    this.#endsWithLine = length === untilClose;
    this.#left = length < 0 ? Number.POSITIVE_INFINITY : length;
  }

  /** The body is complete. */
  get isOver(): boolean {
    return this.#chunks?.isOver ?? this.#left === 0;
  }

  /** What came is not the coding that was announced. */
  get isWrong(): boolean {
    return this.#chunks?.isWrong ?? false;
  }

  /** Whether the end of the connection is the end of the body. */
  get endsWithLine(): boolean {
    return this.#endsWithLine;
  }

  /** Once the body is over: where, in the bytes last read, what follows it begins. */
  get restAt(): number {
    return this.#chunks?.restAt ?? this.#restAt;
  }

  /**
   * Reads `bytes` from `start`; data of the body stands from `start` on afterwards.
   *
   * @returns the end of the data
   */
  read(bytes: Buffer, start: number): number {
    if (this.#chunks !== undefined) return this.#chunks.read(bytes, start);
    const take = Math.min(this.#left, bytes.length - start);
    this.#left -= take;
    this.#restAt = start + take;
    return start + take;
  }
}
