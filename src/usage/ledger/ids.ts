/** The first moment that has ids (ms since the epoch): 2^41 ms later, in 2095, they would outgrow a double. */
const begin = Date.UTC(2026, 0, 1);
/** Ids of one millisecond: 64 lanes of 64. */
const perMs = 4096;
const perLane = 64;
const lanes = perMs / perLane;
/** A clock that was set back by more than this is followed (ms); less is only waited for. */
const patienceMs = 60_000;

/**
 * Gives out ids below 2^53 that grow with time: the millisecond, the lane of this process, and a number within.
 * Two processes that drew the same lane can give out the same id; the table refuses the second one,
 * and its process then takes another lane ({@link changeLane}).
 */
export class Ids {
  readonly #random: () => number;
  #lane: number;
  #moment = -1;
  #number = 0;

  /** `random` gives 0 … 1. */
  constructor(random: () => number) {
    this.#random = random;
    this.#lane = Math.floor(random() * lanes);
  }

  /** An id for something that happens at `now`. */
  next(now: number): number {
    const moment = Math.max(0, Math.floor(now - begin));
    if (moment > this.#moment || this.#moment - moment > patienceMs) {
      this.#moment = moment;
      this.#number = 0;
    } else {
      this.#number += 1;
      if (this.#number === perLane) {
        this.#moment += 1;
        this.#number = 0;
      }
    }
    return this.#moment * perMs + this.#lane * perLane + this.#number;
  }

  /** Takes one of the other lanes: somebody else is in this one. */
  changeLane(): void {
    this.#lane = (this.#lane + 1 + Math.floor(this.#random() * (lanes - 1))) % lanes;
  }
}

/** The least id of what happens at `moment` or later. What began then has a larger one, since ids are given at the end. */
export function firstIdAt(moment: number): number {
  return Math.max(0, Math.floor(moment - begin)) * perMs;
}

/** When the id was given out (ms since the epoch). */
export function momentOfId(id: number): number {
  return begin + Math.floor(id / perMs);
}

/** How far apart the ids of two moments are that are `ms` apart. */
export function idsWithin(ms: number): number {
  return ms * perMs;
}
