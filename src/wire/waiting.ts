/** Bytes that a socket has not taken yet, in order. */
export class Waiting {
  #chunks: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
  }

  /** Offers the bytes to `take`, which says how many it took, until it takes less than it was offered. */
  flush(take: (bytes: Uint8Array) => number): void {
    let done = 0;
    for (const chunk of this.#chunks) {
      const taken = take(chunk);
      if (taken < chunk.length) {
        this.#chunks[done] = chunk.subarray(taken);
        break;
      }
      done += 1;
    }
    this.#chunks.splice(0, done);
  }

  drop(): void {
    this.#chunks = [];
  }
}
