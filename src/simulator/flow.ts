import type { Clock } from '../base/clock.ts';
import type { ByteSink, ByteSource } from '../http/bytes.ts';
import type { Chunk, Step } from './steps.ts';

/** How a flow ended: the reader has it all, it was broken on purpose, or the reader left. */
export type FlowEnding = 'complete' | 'cut' | 'client-left';

export interface FlowOptions {
  readonly clock: Clock;
  /** Milliseconds from one chunk to the next; 0: all at once. */
  readonly paceMs: number;
  readonly onEnd: (ending: FlowEnding) => void;
}

/**
 * Carries out steps: a source that keeps its pace, waits where it is told to, and holds still while the
 * reader pauses it. Chunks fall due at fixed moments from the start, so that a pace does not drift.
 */
export class Flow implements ByteSource {
  readonly #steps: Iterator<Step>;
  readonly #options: FlowOptions;
  #sink: ByteSink | undefined;
  #next: Chunk | undefined;
  #dueAt = 0;
  #isFirst = true;
  #isPaused = false;
  #isRunning = false;
  #isHanging = false;
  #isOver = false;
  #stopWaiting: (() => void) | undefined;

  constructor(steps: Iterable<Step>, options: FlowOptions) {
    this.#steps = steps[Symbol.iterator]();
    this.#options = options;
  }

  start(sink: ByteSink): void {
    if (this.#isOver) return;
    this.#sink = sink;
    this.#dueAt = this.#options.clock.monotonic();
    this.#run();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  cancel(): void {
    this.#finish('client-left');
  }

  /** Goes on until something must be waited for. Called again inside a chunk, it leaves the work to the outer call. */
  #run(): void {
    const sink = this.#sink;
    if (sink === undefined || this.#isRunning) return;
    this.#isRunning = true;
    while (!this.#isOver && !this.#isPaused && !this.#isHanging && this.#stopWaiting === undefined) {
      this.#step(sink);
    }
    this.#isRunning = false;
  }

  #step(sink: ByteSink): void {
    const chunk = this.#next;
    if (chunk !== undefined) {
      this.#next = undefined;
      sink.chunk(chunk.bytes);
      return;
    }
    const { done, value } = this.#steps.next();
    if (done === true) {
      this.#finish('complete');
      sink.end();
      return;
    }
    switch (value.is) {
      case 'chunk':
        this.#next = value;
        if (this.#options.paceMs > 0 && !this.#isFirst) this.#waitUntil(this.#dueAt + this.#options.paceMs);
        this.#isFirst = false;
        return;
      case 'wait':
        this.#waitUntil(Math.max(this.#dueAt, this.#options.clock.monotonic()) + value.ms);
        return;
      case 'hang':
        this.#isHanging = true;
        return;
      case 'break':
        this.#finish('cut');
        sink.fail(new Error('broken off on purpose'));
        return;
    }
  }

  #waitUntil(moment: number): void {
    this.#dueAt = moment;
    const { clock } = this.#options;
    const rest = moment - clock.monotonic();
    if (rest <= 0) return;
    this.#stopWaiting = clock.after(rest, () => {
      this.#stopWaiting = undefined;
      this.#run();
    });
  }

  #finish(ending: FlowEnding): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting?.();
    this.#next = undefined;
    this.#options.onEnd(ending);
  }
}

/** The same steps with chunks that follow each other at once made one. */
export function* joined(steps: Iterable<Step>): Generator<Step> {
  let waiting: Chunk[] = [];
  const flush = function* (): Generator<Step> {
    const bytes = Buffer.concat(waiting.map((chunk) => chunk.bytes));
    if (waiting.length > 0) yield { is: 'chunk', event: '', bytes };
    waiting = [];
  };
  for (const step of steps) {
    if (step.is === 'chunk') waiting.push(step);
    else {
      yield* flush();
      yield step;
    }
  }
  yield* flush();
}
