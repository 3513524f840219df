import { createParser } from 'eventsource-parser';
import type { ByteSink, ByteSource } from '../http/bytes.ts';
import { decoderFor, type Decoder, type Reader } from '../http/decoder.ts';
import { isObject } from './json.ts';
import type { StreamTranslator } from './stream.ts';

/** Longer than any event (characters); a stream without line ends is none of the API's. */
const longestEvent = 64 * 1024 * 1024;

/**
 * Reads a stream of events as its bytes come and gives on what they become: all of a chunk at once, nothing of it
 * later. A character that a chunk ends in the middle of is kept.
 *
 * @param give told what goes out for a chunk, never ''
 */
export function eventReader(translator: StreamTranslator, give: (text: string) => void): Reader {
  const characters = new TextDecoder();
  let out = '';
  const parser = createParser({
    onEvent({ data }) {
      const event: unknown = JSON.parse(data);
      if (isObject(event)) out += translator.event(event);
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
    maxBufferSize: longestEvent,
  });
  const flush = (): void => {
    if (out === '') return;
    const text = out;
    out = '';
    give(text);
  };
  return {
    chunk(bytes) {
      parser.feed(characters.decode(bytes, { stream: true }));
      flush();
    },
    end() {
      // A carriage return at the very end waits for a line feed that may belong to it.
      parser.feed('\n');
      out += translator.end();
      flush();
    },
  };
}

/**
 * The source of a Messages stream as one of OpenAI's. It ends as the upstream's does: cleanly, or broken off.
 *
 * @param coding the value of `content-encoding`: compressed bytes are read as well
 * @returns undefined where nobody here knows the coding
 */
export function translatedSource(
  source: ByteSource,
  translator: StreamTranslator,
  coding: string,
): ByteSource | undefined {
  const translating = new Translating(source, translator, coding);
  return translating.isReadable ? translating : undefined;
}

class Translating implements ByteSource, ByteSink {
  readonly #source: ByteSource;
  readonly #decoder: Decoder | undefined;
  #sink: ByteSink | undefined;
  #isOver = false;

  constructor(source: ByteSource, translator: StreamTranslator, coding: string) {
    this.#source = source;
    const reader = eventReader(translator, (text) => this.#sink?.chunk(Buffer.from(text)));
    this.#decoder = decoderFor(coding, reader);
  }

  get isReadable(): boolean {
    return this.#decoder !== undefined;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#source.start(this);
  }

  pause(): void {
    this.#source.pause();
  }

  resume(): void {
    this.#source.resume();
  }

  cancel(): void {
    this.#isOver = true;
    this.#decoder?.close();
    this.#source.cancel();
  }

  chunk(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#decoder?.chunk(bytes);
    } catch (error) {
      this.#source.cancel();
      this.fail(new Error('the upstream sent no events that can be read', { cause: error }));
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#decoder?.end();
      this.#sink?.end();
    } catch (error) {
      this.#sink?.fail(new Error('the upstream sent no events that can be read', { cause: error }));
    }
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#decoder?.close();
    this.#sink?.fail(error);
  }
}
