import type { Clock } from '../../base/clock.ts';

/** So long after the last sign-in a network is somebody's (ms). */
const lifeMs = 30 * 86_400_000;
/** Networks of one person, and people; beyond it the one that was not used for longest is forgotten. */
const mostOfOne = 32;
const mostPeople = 1_000;

/**
 * From where people have signed in with the right password, in this process: who guesses from anywhere else must not
 * keep them waiting. Nobody gets in here without a password, so nobody is pushed out by strangers either.
 */
export class KnownNetworks {
  readonly #clock: Clock;
  /** By person: when each network was last used; the last one last, in both. */
  readonly #people = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(user: string, network: string): boolean {
    const at = this.#people.get(user)?.get(network);
    return at !== undefined && this.#clock.now() - at < lifeMs;
  }

  add(user: string, network: string): void {
    const theirs = this.#people.get(user) ?? new Map<string, number>();
    putLast(theirs, network, this.#clock.now(), mostOfOne);
    putLast(this.#people, user, theirs, mostPeople);
  }
}

function putLast<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
