/** Room for the line a chunk usually leaves unfinished (bytes). */
const firstRoom = 512;

/** A piece of text that began in one chunk and goes on in the next; its beginning is kept, its length counted. */
export class Begun {
  readonly #most: number;
  #bytes: Buffer | undefined;
  #size = 0;

  /** @param most what is kept of it (bytes); the room is used again for the next one */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes so far, also of those that are not kept. */
  get size(): number {
    return this.#size;
  }

  /** All of it is kept. */
  get isKept(): boolean {
    return this.#size <= this.#most;
  }

  /** What is kept, at the beginning of a buffer that the next text will be written to. */
  get bytes(): Buffer {
    return this.#bytes ?? empty;
  }

  add(bytes: Buffer, from: number, end: number): void {
    const at = Math.min(this.#size, this.#most);
    const to = Math.min(at + end - from, this.#most);
    this.#size += end - from;
    if (to === at) return;
    this.#room(at, to);
    bytes.copy(this.bytes, at, from, from + to - at);
  }

  clear(): void {
    this.#size = 0;
  }

  #room(used: number, wanted: number): void {
    const has = this.bytes.length;
    if (wanted <= has) return;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#most, Math.max(wanted, has * 2, firstRoom)));
    this.bytes.copy(grown, 0, 0, used);
    this.#bytes = grown;
  }
}

const empty = Buffer.alloc(0);
