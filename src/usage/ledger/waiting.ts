import type { CallRecord } from '../call-record.ts';
import { areWorthRows } from './rows.ts';

/** A call that is not written yet. */
export interface Entry {
  id: number;
  readonly call: CallRecord;
  /** Whether its attempts get rows. */
  hasAttempts: boolean;
  bytes: number;
}

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

/** What a record takes in memory, roughly, besides the texts that clients choose (bytes). */
const bytesOfACall = 800;
const bytesOfAnAttempt = 300;
/** As long as nothing can be written, this part of the oldest goes at a time. */
const part = 16;

/** Calls on their way to the disk, the oldest first. When there are too many, the oldest lose their detail first. */
export class Waiting {
  readonly dropped: Dropped = { calls: 0, attempts: 0 };
  readonly #limits: Limits;
  /** Hears of every call that goes without a row. */
  readonly #onDropped: (call: CallRecord) => void;
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(limits: Limits, onDropped: (call: CallRecord) => void) {
    this.#limits = limits;
    this.#onDropped = onDropped;
  }

  get length(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest of all. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(id: number, call: CallRecord): void {
    const hasAttempts = areWorthRows(call.attempts);
    const texts = lengthOf(call.path) + lengthOf(call.session) + lengthOf(call.model) + lengthOf(call.agent);
    const bytes = bytesOfACall + texts + (hasAttempts ? call.attempts.length * bytesOfAnAttempt : 0);
    this.#entries.push({ id, call, hasAttempts, bytes });
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) this.#dropAttempts();
    if (this.#isTooMuch()) this.#dropCalls();
  }

  /** The oldest `most`; who cannot write them puts them back. */
  take(most: number): Entry[] {
    const taken = this.#entries.splice(0, most);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken;
  }

  putBack(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#entries = [...entries, ...this.#entries];
    for (const { bytes } of entries) this.#bytes += bytes;
    while (this.#isTooMuch()) this.#dropCalls();
  }

  #isTooMuch(): boolean {
    return this.#entries.length > this.#limits.calls || this.#bytes > this.#limits.bytes;
  }

  /** Of the older half. */
  #dropAttempts(): void {
    for (let at = 0; at < this.#entries.length / 2; at += 1) {
      const entry = this.#entries[at];
      if (entry?.hasAttempts !== true) continue;
      const bytes = entry.call.attempts.length * bytesOfAnAttempt;
      entry.hasAttempts = false;
      entry.bytes -= bytes;
      this.#bytes -= bytes;
      this.dropped.attempts += 1;
    }
  }

  #dropCalls(): void {
    for (const { call } of this.take(Math.ceil(this.#entries.length / part))) {
      this.dropped.calls += 1;
      this.#onDropped(call);
    }
  }
}

function lengthOf(text: string | undefined): number {
  return text?.length ?? 0;
}
