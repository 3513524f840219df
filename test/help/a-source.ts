import type { ByteSink, ByteSource } from '../../src/http/bytes.ts';

/** A source that a test drives by hand, and that remembers what its reader asked of it. */
export class HandSource implements ByteSource {
  readonly asked: string[] = [];
  #sink: ByteSink | undefined;

  get isStarted(): boolean {
    return this.#sink !== undefined;
  }

  start(sink: ByteSink): void {
    if (this.#sink !== undefined) throw new Error('started twice');
    this.#sink = sink;
    this.asked.push('start');
  }

  pause(): void {
    this.asked.push('pause');
  }

  resume(): void {
    this.asked.push('resume');
  }

  cancel(): void {
    this.asked.push('cancel');
  }

  chunk(bytes: string | Uint8Array): void {
    this.#sink?.chunk(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  }

  end(): void {
    this.#sink?.end();
  }

  fail(error: Error): void {
    this.#sink?.fail(error);
  }
}

/** A source that gives `chunks` as soon as it is started, and ends. */
export function sourceOf(...chunks: (string | Uint8Array)[]): ByteSource {
  return {
    start(sink) {
      for (const chunk of chunks) sink.chunk(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      sink.end();
    },
    pause() {},
    resume() {},
    cancel() {},
  };
}

/** A sink that writes down what it is given: `chunk …`, `end`, `fail …`. */
export class MemorySink implements ByteSink {
  readonly got: string[] = [];
  readonly chunks: Uint8Array[] = [];

  chunk(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.got.push(`chunk ${Buffer.from(bytes).toString('latin1')}`);
  }

  end(): void {
    this.got.push('end');
  }

  fail(error: Error): void {
    this.got.push(`fail ${error.message}`);
  }
}
