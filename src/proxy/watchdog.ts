import type { Clock } from '../base/clock.ts';
import type { ByteSink, ByteSource } from '../http/bytes.ts';

/**
 * The same source, failed after `idleMs` without a byte. Only silence of the upstream counts: while the
 * reader holds the flow back, time does not run.
 */
export function watched(source: ByteSource, idleMs: number, clock: Clock): ByteSource {
  return new Watched(source, idleMs, clock);
}

/** Looks this often within the idle time, so that a chunk costs no look at the clock. */
const looks = 10;

class Watched implements ByteSource, ByteSink {
  readonly #source: ByteSource;
  readonly #idleMs: number;
  readonly #clock: Clock;
  #sink: ByteSink | undefined;
  #hasMoved = false;
  #isPaused = false;
  #isOver = false;
  #silentLooks = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(source: ByteSource, idleMs: number, clock: Clock) {
    this.#source = source;
    this.#idleMs = idleMs;
    this.#clock = clock;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#source.start(this);
    // Of a short answer all is there by now.
    if (!this.#isOver) this.#wait();
  }

  pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#hasMoved = true;
    this.#source.resume();
  }

  cancel(): void {
    if (this.#finish()) this.#source.cancel();
  }

  chunk(bytes: Uint8Array): void {
    this.#hasMoved = true;
    if (!this.#isOver) this.#sink?.chunk(bytes);
  }

  end(): void {
    if (this.#finish()) this.#sink?.end();
  }

  fail(error: Error): void {
    if (this.#finish()) this.#sink?.fail(error);
  }

  #wait(): void {
    this.#cancelTimer = this.#clock.after(this.#idleMs / looks, () => {
      this.#look();
    });
  }

  #look(): void {
    this.#silentLooks = this.#hasMoved || this.#isPaused ? 0 : this.#silentLooks + 1;
    this.#hasMoved = false;
    if (this.#silentLooks < looks) this.#wait();
    else if (this.#finish()) {
      this.#source.cancel();
      this.#sink?.fail(new Error(`no byte from the upstream for ${this.#idleMs} ms`));
    }
  }

  #finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#cancelTimer?.();
    return true;
  }
}
