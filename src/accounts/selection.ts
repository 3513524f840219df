/** What a policy looks at: one account that could take the call, as the pool sees it right now. */
export interface Candidate {
  /** The lower number is preferred; accounts of one number share the work. */
  readonly priority: number;
  /** Share of the work among equals; 2 takes twice as much as 1. */
  readonly weight: number;
  readonly callsInFlight: number;
  /** Struggling a moment ago: taken only where nothing else is left. */
  readonly isAvoided: boolean;
  /** What it was given so far, over its weight: whoever got least for its weight is next. */
  readonly given: number;
}

/**
 * The order in which accounts are taken for a call that no session binds: not avoided, then by priority,
 * then the least busy for its weight, then the one that was given least for its weight.
 */
export function byPriorityThenLoad(a: Candidate, b: Candidate): number {
  if (a.isAvoided !== b.isAvoided) return a.isAvoided ? 1 : -1;
  if (a.priority !== b.priority) return a.priority - b.priority;
  const load = a.callsInFlight / a.weight - b.callsInFlight / b.weight;
  return load === 0 ? a.given - b.given : load;
}

/** The best of `candidates` by `order`, the first of equals, without sorting them all; undefined of none. */
export function best<T extends Candidate>(
  candidates: Iterable<T>,
  order: (a: Candidate, b: Candidate) => number,
): T | undefined {
  let chosen: T | undefined;
  for (const candidate of candidates)
    if (chosen === undefined || order(candidate, chosen) < 0) chosen = candidate;
  return chosen;
}
