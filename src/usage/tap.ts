import { Events } from './tap/events.ts';
import { asBuffer } from './tap/json.ts';
import { Said } from './tap/said.ts';
import { Whole } from './tap/whole.ts';

/**
 * Reads usage and ids out of a Messages answer as its bytes pass: events of a stream, or one JSON object of any
 * size. Of a stream nothing is held but the line that is being read, of an object a few kilobytes.
 */
export class AnswerTap {
  readonly seen = new Said();
  readonly #reader: Events | Whole;
  readonly #isPromised: boolean;

  constructor(contentType: string) {
    const type = contentType.toLowerCase();
    const isStream = type.includes('event-stream');
    this.#reader = isStream ? new Events(this.seen) : new Whole(this.seen);
    this.#isPromised = isStream || type.includes('json');
  }

  /** What its content type promises has not come as a whole. */
  get isShort(): boolean {
    return this.#isPromised && !this.seen.isWhole;
  }

  chunk(bytes: Uint8Array): void {
    this.#reader.chunk(asBuffer(bytes));
  }

  /** Call when the body is complete. */
  end(): void {
    this.#reader.end();
  }
}
