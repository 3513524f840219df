/** No code, and no address that holds one, is longer (characters). */
const longest = 16_384;

/** Reads text line by line, each as soon as it is there. */
export class LineReader {
  readonly #chunks: AsyncIterator<Uint8Array | string>;
  readonly #decoder = new TextDecoder();
  #text = '';
  #isOver = false;

  constructor(input: AsyncIterable<Uint8Array | string>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** The next line without its end and without spaces around it; undefined where there is none any more. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end !== -1) return this.#take(end, 1);
      if (this.#text.length > longest) return this.#take(longest, 0);
      if (this.#isOver) return this.#text === '' ? undefined : this.#take(this.#text.length, 0);
      const { done = false, value } = await this.#chunks.next();
      this.#isOver = done;
      if (!done)
        this.#text += typeof value === 'string' ? value : this.#decoder.decode(value, { stream: true });
    }
  }

  #take(length: number, more: number): string {
    const line = this.#text.slice(0, length);
    this.#text = this.#text.slice(length + more);
    return line.trim();
  }
}
