/** Random numbers that are the same for the same seed, on every machine: mulberry32. */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Around `mean`, never below 0, with a long tail: as waits between independent events are. */
  waiting(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Around `mean`, at least 1: as lengths of conversations are. */
  count(mean: number): number {
    return 1 + Math.floor(this.waiting(Math.max(0, mean - 0.5)));
  }

  /** Half as much to twice as much as `middle`, mostly near it. */
  near(middle: number): number {
    return middle * 2 ** (this.next() + this.next() - 1);
  }

  /** A name, each as often as its weight says. */
  weighted(weights: readonly (readonly [name: string, weight: number])[]): string {
    const sum = weights.reduce((all, [, weight]) => all + weight, 0);
    let left = this.next() * sum;
    for (const [name, weight] of weights) {
      left -= weight;
      if (left < 0) return name;
    }
    return weights.at(-1)?.[0] ?? '';
  }

  /** Another sequence, which does not change with what is taken from this one. */
  fork(): Seeded {
    return new Seeded(Math.floor(this.next() * 2 ** 32));
  }
}
