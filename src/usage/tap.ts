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
  /** The answer comes as events. */
  readonly isStream: boolean;
  readonly #events: Events | undefined;
  readonly #members: Members | undefined;

  constructor(contentType: string) {
    this.isStream = contentType.toLowerCase().includes('event-stream');
    if (this.isStream) this.#events = new Events(this.seen);
    else this.#members = new Members(wanted);
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
