import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Signal } from '../base/signal.ts';
import type { ByteSink, ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { decoderFor, type Reader } from '../http/decoder.ts';
import { header, headerValues } from '../http/headers.ts';
import { FirstEvent, type First } from './first-event.ts';

/** How long an answer is held until its first event is there (ms): well before any client's patience ends. */
export const longestHoldMs = 10_000;
/** How much of it is held (bytes): pings, or an event nobody has seen the like of. */
export const mostHeld = 64 * 1024;
/** The same in pieces: each of them costs more than what it holds. */
const mostPieces = 1024;
/** What was held needs this long to leave before the connection is reset under it (ms). */
const breakAfterMs = 5;

/** What the beginning of a streamed answer tells, while nobody has seen any of it. */
export type Glimpse =
  | First
  /** It broke off, or ended, without an event. */
  | { readonly is: 'nothing'; readonly reason: string };

/** An answer whose beginning was looked at. */
export interface Peeked {
  readonly glimpse: Glimpse;
  /** The same bytes in the same order, those that were held first; it ends as the upstream ended it. */
  readonly answer: Answer;
}

/**
 * Holds a stream of events until the first one is there that is neither a ping nor a comment, so that an
 * error in its place can still be another account's to make good. Of a compressed answer a copy is read.
 * Undefined where there is nothing to wait for: no event stream, or a coding nobody here knows.
 *
 * @throws GatewayError client_left
 */
export function peek(
  { status, headers, body }: Answer & { readonly body: ByteSource },
  signal: Signal,
  clock: Clock,
): Promise<Peeked> | undefined {
  if (!/^text\/event-stream\b/i.test(header(headers, 'content-type')?.trim() ?? '')) return undefined;
  const first = new FirstEvent(mostHeld);
  const coding = headerValues(headers, 'content-encoding').join();
  const decoder = coding === '' ? undefined : decoderFor(coding, first);
  if (coding !== '' && decoder === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const held: Held = new Held(body, decoder ?? first, clock, {
      found: () => first.found,
      settle: (glimpse) => {
        over();
        resolve({ glimpse, answer: { status, headers, body: held } });
      },
    });
    const cancelTimer = clock.after(longestHoldMs, () => held.release());
    const onAbort = (): void => {
      over();
      held.cancel();
      reject(new GatewayError('client_left', 'The client left.'));
    };
    const over = (): void => {
      cancelTimer();
      decoder?.close();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else held.begin();
  });
}

/** Who wants to know how an answer begins. */
interface Asked {
  /** What the reader has found by now. */
  found(): First | undefined;
  /** Told once. */
  settle(glimpse: Glimpse): void;
}

/** Keeps what comes until somebody wants it, and reads along until it is known what it is. */
class Held implements ByteSource, ByteSink {
  readonly #source: ByteSource;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #asked: Asked;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isSettled = false;
  #sink: ByteSink | undefined;
  /** How it ended, where that is not told yet. */
  #ending: 'end' | Error | undefined;
  #isOver = false;
  #isCancelled = false;
  #isPaused = false;
  #isPumping = false;

  constructor(source: ByteSource, reader: Reader, clock: Clock, asked: Asked) {
    this.#source = source;
    this.#reader = reader;
    this.#clock = clock;
    this.#asked = asked;
  }

  begin(): void {
    this.#source.start(this);
  }

  /** Whatever it is, it has been held long enough. */
  release(): void {
    this.#settle({ is: 'event' });
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#pump();
  }

  pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#pump();
  }

  cancel(): void {
    this.#isOver = true;
    this.#isCancelled = true;
    this.#kept = [];
    this.#source.cancel();
  }

  chunk(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#sink !== undefined && this.#kept.length === 0 && !this.#isPumping) {
      this.#sink.chunk(bytes);
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (!this.#isSettled) this.#look(bytes);
    // Nobody wants it yet; what is held may not grow without end.
    if (this.#sink === undefined && this.#isMuch()) this.#source.pause();
  }

  end(): void {
    this.#finish('end', 'the stream ended without an event');
  }

  fail(error: Error): void {
    this.#finish(error, error.message);
  }

  #look(bytes: Uint8Array): void {
    try {
      this.#reader.chunk(bytes);
    } catch {
      // Not what its coding says: the client may make more of it.
      this.release();
      return;
    }
    const first = this.#asked.found();
    if (first !== undefined) this.#settle(first);
    else if (this.#isMuch()) this.release();
  }

  #isMuch(): boolean {
    return this.#keptBytes >= mostHeld || this.#kept.length >= mostPieces;
  }

  #finish(ending: 'end' | Error, reason: string): void {
    if (this.#isOver) return;
    this.#ending = ending;
    this.#settle({ is: 'nothing', reason });
    if (this.#sink === undefined || this.#kept.length > 0 || this.#isPumping) return;
    this.#isOver = true;
    if (ending === 'end') this.#sink.end();
    else this.#sink.fail(ending);
  }

  #settle(glimpse: Glimpse): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#asked.settle(glimpse);
  }

  /** Gives on what is kept, then lets the rest flow. */
  #pump(): void {
    if (this.#isPumping || this.#sink === undefined) return;
    this.#isPumping = true;
    while (this.#kept.length > 0 && !this.#isPaused) {
      const next = this.#kept.shift();
      if (next !== undefined) this.#sink.chunk(next);
    }
    this.#isPumping = false;
    if (this.#isOver || this.#kept.length > 0 || this.#isPaused) return;
    if (this.#ending === undefined) this.#source.resume();
    else this.#endWith(this.#sink, this.#ending);
  }

  /** It ended while it was held: only now is the reader told. */
  #endWith(sink: ByteSink, ending: 'end' | Error): void {
    this.#isOver = true;
    if (ending === 'end') {
      sink.end();
      return;
    }
    this.#clock.after(breakAfterMs, () => {
      if (!this.#isCancelled) sink.fail(ending);
    });
  }
}
