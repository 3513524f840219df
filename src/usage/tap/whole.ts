import { Gathering } from '../../http/bytes.ts';
import { asBuffer, parsed } from './json.ts';
import { Members } from './members.ts';
import type { Said } from './said.ts';

/** Up to here it takes less to hold a body and to read all of it at its end (bytes). */
const shortBody = 8 * 1024;

/** What a whole message says of itself. */
const wanted: ReadonlySet<string> = new Set(['id', 'model', 'stop_reason', 'container', 'usage']);

/** Reads a message that comes as one JSON object of any size, and tells `said` of it when it is complete. */
export class Whole {
  readonly #said: Said;
  readonly #short = new Gathering();
  /** Reads along, once it is no short one. */
  #members: Members | undefined;

  constructor(said: Said) {
    this.#said = said;
  }

  chunk(bytes: Buffer): void {
    if (this.#members === undefined && this.#short.size + bytes.length > shortBody) {
      this.#members = new Members(wanted);
      this.#members.chunk(asBuffer(this.#short.take()));
    }
    if (this.#members === undefined) this.#short.add(bytes);
    else this.#members.chunk(bytes);
  }

  /** The body is complete. */
  end(): void {
    const message = this.#message();
    if (typeof message !== 'object' || message === null) return;
    this.#said.message(message);
    this.#said.isWhole = true;
  }

  #message(): unknown {
    if (this.#members === undefined) return parsed(asBuffer(this.#short.take()));
    return this.#members.found && Object.fromEntries(this.#members.found);
  }
}
