import { Events } from './tap/events.ts';
import { Members } from './tap/members.ts';
import { Said } from './tap/said.ts';

/** What a whole message says of itself. */
const wanted: ReadonlySet<string> = new Set(['id', 'model', 'stop_reason', 'container', 'usage']);

/**
 * Reads usage and ids out of a Messages answer as its bytes pass: events of a stream, or one JSON object of any
 * size. Nothing of the answer is held but the line or member that is being read.
 */
export class AnswerTap {
  readonly seen = new Said();
  readonly #isJson: boolean;
  readonly #events: Events | undefined;
  readonly #members: Members | undefined;

  constructor(contentType: string) {
    const type = contentType.toLowerCase();
    this.#isJson = type.includes('json');
    if (type.includes('event-stream')) this.#events = new Events(this.seen);
    else this.#members = new Members(wanted);
  }

  /** What its content type promises has not come as a whole. */
  get isShort(): boolean {
    return (this.#isJson || this.#events !== undefined) && !this.seen.isWhole;
  }

  chunk(bytes: Uint8Array): void {
    // Sockets deliver Buffers; asking one for its memory would cost more than all the rest here.
    const fresh = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#events?.chunk(fresh);
    this.#members?.chunk(fresh);
  }

  /** Call when the body is complete. */
  end(): void {
    this.#events?.end();
    const found = this.#members?.found;
    if (found === undefined) return;
    this.seen.message(Object.fromEntries(found));
    this.seen.isWhole = true;
  }
}
