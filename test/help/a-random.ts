import { Seeded } from '../../src/what-if/seeded.ts';

/** Random numbers that are the same in every run, and what tests choose with them. */
export class Random extends Seeded {
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  one<T>(of: readonly T[]): T {
    const chosen = of[this.below(of.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}
