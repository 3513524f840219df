import { createHmac } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { isIpv6 } from '../../config/hosts.ts';
import { KnownNetworks } from './known-networks.ts';

/** How one table slows tries down. */
interface Rule {
  /** Tries that are free. */
  readonly free: number;
  /** The longest wait (ms). */
  readonly longestMs: number;
  /** Places in the table, for ever: nobody can push somebody else out of it. */
  readonly slots: number;
}

const rules = {
  /** An address that guesses is soon let in every quarter of an hour. */
  address: { free: 5, longestMs: 15 * 60_000, slots: 16_384 },
  /** Guessing at one person from everywhere is slowed down, but nobody can lock somebody out for long. */
  user: { free: 10, longestMs: 60_000, slots: 4_096 },
  /** The same from a network in which that person has signed in before: what goes on elsewhere keeps nobody waiting there. */
  known: { free: 10, longestMs: 60_000, slots: 4_096 },
} as const satisfies Record<string, Rule>;

/** So long without a failure, and it is forgotten (ms). */
const forgetMs = 30 * 60_000;

interface Slot {
  failures: number;
  at: number;
}

/** A try that is underway. It counts as a failure until it is taken back. */
export type Try =
  | {
      readonly is: 'allowed';
      readonly failuresBefore: number;
      succeeded(): void;
      /** Nothing was tried after all: it counts neither way. */
      takenBack(): void;
    }
  | { readonly is: 'wait'; readonly seconds: number };

/**
 * Slows down whoever guesses passwords: by address and by user, whether there is such a user or not. Each has one
 * of a fixed number of places, by a keyed hash, so that memory is bounded and nobody is forgotten because
 * others come; two that share a place wait for each other at worst. Who comes from a network in which they have signed
 * in before is counted apart: many who guess from many places slow down each other, and not the one whose name it is.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  readonly #addresses = new Map<number, Slot>();
  readonly #users = new Map<number, Slot>();
  readonly #known = new Map<number, Slot>();
  readonly #networks: KnownNetworks;

  /** @param key random bytes of this process: nobody may choose whose place they share */
  constructor(clock: Clock, key: Uint8Array) {
    this.#clock = clock;
    this.#key = key;
    this.#networks = new KnownNetworks(clock);
  }

  /** Counts a try before it is made, so that many at once are no way around it. */
  begin(address: string, user: string): Try {
    const now = this.#clock.now();
    const network = networkOf(address);
    const byAddress = this.#slot(this.#addresses, rules.address, network);
    const isKnown = this.#networks.has(user, network);
    const rule = isKnown ? rules.known : rules.user;
    const byUser = isKnown
      ? this.#slot(this.#known, rule, `${network} ${user}`)
      : this.#slot(this.#users, rule, user);
    const waitMs = Math.max(waitOf(byAddress, rules.address, now), waitOf(byUser, rule, now));
    if (waitMs > 0) return { is: 'wait', seconds: Math.ceil(waitMs / 1000) };
    const failuresBefore = byAddress.failures;
    for (const slot of [byAddress, byUser]) {
      slot.failures += 1;
      slot.at = now;
    }
    return {
      is: 'allowed',
      failuresBefore,
      succeeded: () => {
        // The address keeps what it has: one right password is no leave to guess others.
        byAddress.failures = Math.max(0, byAddress.failures - 1);
        byUser.failures = 0;
        this.#networks.add(user, network);
      },
      takenBack: () => {
        for (const slot of [byAddress, byUser]) slot.failures = Math.max(0, slot.failures - 1);
      },
    };
  }

  /** How many places are taken. */
  get size(): number {
    return this.#addresses.size + this.#users.size + this.#known.size;
  }

  #slot(table: Map<number, Slot>, { slots }: Rule, name: string): Slot {
    const place = createHmac('sha256', this.#key).update(name).digest().readUInt32BE(0) % slots;
    const now = this.#clock.now();
    const found = table.get(place);
    if (found !== undefined) {
      if (now - found.at >= forgetMs) found.failures = 0;
      return found;
    }
    const made = { failures: 0, at: now };
    table.set(place, made);
    return made;
  }
}

/** How much longer nothing is tried (ms): a second after the first try that was not free, then twice as long each time. */
function waitOf({ failures, at }: Slot, { free, longestMs }: Rule, now: number): number {
  if (failures < free) return 0;
  const wait = Math.min(longestMs, 1_000 * 2 ** Math.min(30, failures - free));
  return Math.max(0, at + wait - now);
}

/** Whoever has an IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (!isIpv6(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const between =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...between, ...last]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':');
}
