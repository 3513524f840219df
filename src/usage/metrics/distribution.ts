import { Tally, add } from './tally.ts';

/** From a refusal on this machine (5 ms) to the longest answer of a model (10 minutes); seconds. */
export const answerBounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600,
] as const;

/** What one combination of labels has seen. */
export interface Distributed {
  readonly values: readonly string[];
  /** How many fell between each bound and the one before; the last: beyond all of them. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Lengths sorted into buckets, for each combination of label values. */
export class Distribution {
  readonly bounds: readonly number[];
  /** A column for each bucket, then the sum. */
  readonly tally: Tally;

  constructor(bounds: readonly number[] = answerBounds) {
    this.bounds = bounds;
    this.tally = new Tally(bounds.length + 2);
  }

  /** Takes one in, in the unit of the bounds. What is no length is left out. */
  observe(length: number, ...values: string[]): void {
    if (!(length >= 0)) return;
    const { bounds } = this;
    const row = this.tally.row(...values);
    let bucket = 0;
    while (bucket < bounds.length && length > (bounds[bucket] ?? 0)) bucket += 1;
    add(row, bucket, 1);
    add(row, bounds.length + 1, length);
  }

  look(): Distributed[] {
    return this.tally.rows().map(([values, row]) => ({
      values,
      counts: [...row.subarray(0, this.bounds.length + 1)],
      sum: row[this.bounds.length + 1] ?? 0,
    }));
  }
}
