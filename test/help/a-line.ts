import type { Line, LineUser } from '../../src/wire/line.ts';

/**
 * A line without a socket: it remembers what is asked of it. `takes` says how many more bytes the other end
 * takes; what it does not take waits until {@link MemoryLine.read}.
 */
export class MemoryLine implements Line {
  readonly remoteAddress = '127.0.0.1';
  readonly localAddress = '127.0.0.1';
  /** In order: `pause`, `resume`, `end`, `finish`, `reset`. */
  readonly asked: string[] = [];
  readonly #sent: Uint8Array[] = [];
  readonly #waiting: Uint8Array[] = [];
  takes = Number.POSITIVE_INFINITY;
  user: LineUser | undefined;

  /** What went out, as Latin-1. */
  get text(): string {
    return Buffer.concat(this.#sent).toString('latin1');
  }

  /** Bytes that the other end has not taken yet. */
  get waiting(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether `pause` was asked for last. */
  get isPaused(): boolean {
    return this.asked.findLast((what) => what === 'pause' || what === 'resume') === 'pause';
  }

  /** No more is said on it: ended, finished or reset. */
  get isOver(): boolean {
    return this.asked.some((what) => what === 'end' || what === 'finish' || what === 'reset');
  }

  write(bytes: Uint8Array): boolean {
    const now = this.waiting > 0 ? 0 : Math.min(this.takes, bytes.length);
    this.takes -= now;
    if (now > 0) this.#sent.push(Uint8Array.from(bytes.subarray(0, now)));
    if (now < bytes.length) this.#waiting.push(bytes.subarray(now));
    return now === bytes.length;
  }

  writeLent(bytes: Uint8Array, length: number): boolean {
    return this.write(Uint8Array.from(bytes.subarray(0, length)));
  }

  /** The other end takes all that waits. */
  read(): void {
    this.takes = Number.POSITIVE_INFINITY;
    if (this.#waiting.length === 0) return;
    this.#sent.push(...this.#waiting.splice(0));
    this.user?.drained();
  }

  end(): void {
    this.asked.push('end');
  }

  finish(): void {
    this.asked.push('finish');
  }

  reset(): void {
    if (this.asked.includes('reset')) return;
    this.asked.push('reset');
    this.user?.closed(undefined);
  }

  pause(): void {
    this.asked.push('pause');
  }

  resume(): void {
    this.asked.push('resume');
  }

  /** From the other end. */
  says(bytes: string | Uint8Array): void {
    this.user?.data(Buffer.from(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes));
  }
}
