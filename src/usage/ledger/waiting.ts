import type { RollupRow } from '../../database/tables.ts';
import type { CallRecord } from '../call-record.ts';
import { bytesOfAnAttempt, Gathering, type Bundle } from './bundle.ts';

export interface Limits {
  readonly calls: number;
  readonly bytes: number;
}

/** How much was given up, since the start. */
export interface Dropped {
  /** Calls without a row. */
  calls: number;
  /** Calls whose attempts have no rows. */
  attempts: number;
}

/** Calls in one transaction. Its text is put together on the thread that carries streams: a fraction of a millisecond. */
export const mostTogether = 2_048;
/** As long as nothing can be written, this part of the oldest goes at a time. */
const part = 8;

/** Calls on their way to the disk, the oldest first. When there are too many, the oldest lose their detail first. */
export class Waiting {
  readonly dropped: Dropped = { calls: 0, attempts: 0 };
  readonly #limits: Limits;
  readonly #most: Limits;
  /** Hears what calls add to the sums that go without a row. */
  readonly #onDropped: (sums: readonly RollupRow[]) => void;
  readonly #gathering = new Gathering();
  #bundles: Bundle[] = [];
  /** Of the bundles. */
  #calls = 0;
  #bytes = 0;

  constructor(limits: Limits, onDropped: (sums: readonly RollupRow[]) => void) {
    this.#limits = limits;
    this.#most = {
      calls: Math.min(mostTogether, Math.ceil(limits.calls / part)),
      bytes: limits.bytes / part,
    };
    this.#onDropped = onDropped;
  }

  get length(): number {
    return this.#calls + this.#gathering.length;
  }

  get bytes(): number {
    return this.#bytes + this.#gathering.bytes;
  }

  /** The id of the oldest of all. */
  get firstId(): number | undefined {
    return (this.#bundles[0]?.lines[0] ?? this.#gathering.first)?.id;
  }

  add(id: number, call: CallRecord): void {
    this.#gathering.add(id, call);
    const { length, bytes } = this.#gathering;
    if (length >= this.#most.calls || bytes >= this.#most.bytes) this.#close();
    if (this.bytes > this.#limits.bytes) this.#dropAttempts();
    while (this.#isTooMuch()) this.#dropCalls();
  }

  /** The oldest; who cannot write them puts them back. */
  take(): Bundle | undefined {
    if (this.#bundles.length === 0 && this.#gathering.length > 0) this.#close();
    const bundle = this.#bundles.shift();
    this.#calls -= bundle?.lines.length ?? 0;
    this.#bytes -= bundle?.bytes ?? 0;
    return bundle;
  }

  putBack(bundles: readonly Bundle[]): void {
    this.#bundles = [...bundles, ...this.#bundles];
    for (const { lines, bytes } of bundles) {
      this.#calls += lines.length;
      this.#bytes += bytes;
    }
    while (this.#isTooMuch()) this.#dropCalls();
  }

  #close(): void {
    const bundle = this.#gathering.take();
    this.#bundles.push(bundle);
    this.#calls += bundle.lines.length;
    this.#bytes += bundle.bytes;
  }

  #isTooMuch(): boolean {
    return this.length > this.#limits.calls || this.bytes > this.#limits.bytes;
  }

  /** Of the older half. */
  #dropAttempts(): void {
    for (const bundle of this.#bundles.slice(0, Math.ceil(this.#bundles.length / 2))) {
      const bytes = bundle.attempts.length * bytesOfAnAttempt;
      this.dropped.attempts += new Set(bundle.attempts.map(({ call_id }) => call_id)).size;
      bundle.attempts = [];
      bundle.bytes -= bytes;
      this.#bytes -= bytes;
    }
  }

  #dropCalls(): void {
    const oldest = this.take();
    if (oldest === undefined) return;
    this.dropped.calls += oldest.lines.length;
    this.#onDropped(oldest.sums);
    this.#gathering.retell(oldest.hours);
  }
}
