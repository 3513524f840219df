/** What a policy looks at: one account that could take the call, as the pool sees it right now. */
export interface Candidate {
  /** The lower number is preferred; accounts of one number share the work. */
  readonly priority: number;
  /** Share of the work among equals; 2 takes twice as much as 1. */
  readonly weight: number;
  readonly callsInFlight: number;
  /** Struggling a moment ago: taken only where nothing else is left. */
  readonly isAvoided: boolean;
  /** Some window of it, a plan's too, is used up but for the last bit: taken only where no other is left. */
  readonly isNearlyFull: boolean;
  /** Back from a rest, with as many calls as it may have so soon: taken only where no other is left. */
  readonly isSpared: boolean;
  /** What it was given so far, over its share: whoever got least is next. */
  readonly given: number;
  /** The used share of its tightest rate limit or budget; 0 where nothing is known. No plan's (decision 0178). */
  readonly used: number;
  /** When the first of its budgets begins anew (ms since the epoch); `Infinity` where there is none. */
  readonly resetsAt: number;
  /** What a call costs here, as a multiple of the list price. */
  readonly priceFactor: number;
}

/** An idle account of which nothing is known. */
export const plainCandidate: Candidate = {
  priority: 100,
  weight: 1,
  callsInFlight: 0,
  isAvoided: false,
  isNearlyFull: false,
  isSpared: false,
  given: 0,
  used: 0,
  resetsAt: Number.POSITIVE_INFINITY,
  priceFactor: 1,
};

/** Says who of the accounts that could take a call of no session takes it. Pure: all it knows is in the candidates. */
export interface Policy {
  /** Below 0 where `a` comes first. */
  order(a: Candidate, b: Candidate): number;
  /**
   * Of two that differ in their windows alone, the one with the sooner reset may come first. Without it, what was
   * used can only put an account further back, and most need no look at their windows.
   */
  readonly goesByResets?: true;
  /** What is its due among accounts of one priority. */
  shareOf(candidate: Candidate): number;
}

/**
 * Whatever the policy says, those that struggle come last, before them those whose plan is nearly used up, and
 * before them those that came back a moment ago: all that waited for one must not fall upon it at once.
 */
export function compare(policy: Policy, a: Candidate, b: Candidate): number {
  if (a.isAvoided !== b.isAvoided) return a.isAvoided ? 1 : -1;
  if (a.isNearlyFull !== b.isNearlyFull) return a.isNearlyFull ? 1 : -1;
  if (a.isSpared !== b.isSpared) return a.isSpared ? 1 : -1;
  return policy.order(a, b);
}
