import type { Candidate, Policy } from '../selection.ts';

/** What an account is due at least, however little it has left: there it is asked now and then what is true. */
const leastLeft = 0.1;

/**
 * The lowest priority first; among equals, whoever has the fewest calls in flight for its share, then whoever
 * was given least for it. The share is the account's weight, times what is left of its tightest rate limit or
 * budget.
 */
export const balanced: Policy = {
  order(a, b) {
    if (a.priority !== b.priority) return a.priority - b.priority;
    const load = a.callsInFlight / shareOf(a) - b.callsInFlight / shareOf(b);
    return load === 0 ? a.given - b.given : load;
  },
  shareOf,
};

function shareOf({ weight, used }: Candidate): number {
  return weight * Math.max(leastLeft, 1 - used);
}
