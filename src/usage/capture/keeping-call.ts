import { Gathering } from '../../http/bytes.ts';
import type { CallRecord } from '../call-record.ts';
import type { Heads, Keeping } from '../keep.ts';
import { aboutCall, type KeptBody, type KeptCall } from './kept-call.ts';

export interface KeepingOptions {
  /** The most that is kept of each body (bytes). */
  readonly maxBodyBytes: number;
  /** Asks for room for so many more bytes. */
  readonly take: (bytes: number) => boolean;
  /** The call is over. Whoever gets it gives back the room of {@link sizeOf} it. */
  readonly onOver: (kept: KeptCall, call: CallRecord) => void;
  /** There was no room; what was taken is to be given back. */
  readonly onDropped: (taken: number) => void;
}

/** What a call takes in memory beside its bodies, roughly (bytes). */
const bytesOfACall = 2_048;

/** The room that a kept call takes (bytes). */
export function sizeOf({ request, answer }: KeptCall): number {
  return bytesOfACall + request.kept.length + answer.kept.length;
}

/** Keeps the beginnings of the bodies of one call, while there is room. */
export class KeepingCall implements Keeping {
  readonly #options: KeepingOptions;
  readonly #bodies = { request: new Body(), answer: new Body() };
  #taken = 0;
  #isOver = false;

  constructor(options: KeepingOptions) {
    this.#options = options;
    this.#take(bytesOfACall);
  }

  request(bytes: Uint8Array): void {
    this.#add('request', bytes);
  }

  answer(bytes: Uint8Array): void {
    this.#add('answer', bytes);
  }

  over(call: CallRecord, heads: Heads): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { request, answer } = this.#bodies;
    this.#options.onOver(
      { about: aboutCall(call, heads), request: request.end(), answer: answer.end() },
      call,
    );
  }

  #add(which: 'request' | 'answer', bytes: Uint8Array): void {
    if (this.#isOver) return;
    const body = this.#bodies[which];
    const room = Math.min(bytes.length, this.#options.maxBodyBytes - body.size);
    if (room > 0 && !this.#take(room)) return;
    body.add(bytes, room);
  }

  #take(bytes: number): boolean {
    if (this.#options.take(bytes)) {
      this.#taken += bytes;
      return true;
    }
    this.#isOver = true;
    for (const body of Object.values(this.#bodies)) body.end();
    this.#options.onDropped(this.#taken);
    return false;
  }
}

class Body {
  readonly #gathering = new Gathering();
  #passed = 0;

  get size(): number {
    return this.#gathering.size;
  }

  /** Copies: a chunk may be a small part of a block that would stay in memory with it. */
  add(bytes: Uint8Array, room: number): void {
    this.#passed += bytes.length;
    if (room > 0) this.#gathering.add(new Uint8Array(bytes.subarray(0, room)));
  }

  end(): KeptBody {
    return { bytes: this.#passed, kept: this.#gathering.take() };
  }
}
