import type { LineUser } from '../../src/wire/line.ts';

/** Writes down what it is told of a line, and lets a test wait for it. */
export class MemoryUser implements LineUser {
  readonly told: string[] = [];
  bytes = 0;
  closedWith: Error | undefined;
  readonly #ended = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();

  data(bytes: Buffer): void {
    this.bytes += bytes.length;
    this.told.push(bytes.length > 100 ? `data of ${bytes.length}` : `data ${bytes.toString('latin1')}`);
  }

  drained(): void {
    this.told.push('drained');
  }

  ended(): void {
    this.told.push('ended');
    this.#ended.resolve();
  }

  closed(error: Error | undefined): void {
    this.told.push('closed');
    this.closedWith = error;
    this.#closed.resolve();
  }

  get whenEnded(): Promise<void> {
    return this.#ended.promise;
  }

  get whenClosed(): Promise<void> {
    return this.#closed.promise;
  }
}
