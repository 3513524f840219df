import type { Clock } from '../base/clock.ts';
import type { Evidence } from './evidence.ts';
import type { Family } from './family.ts';

/**
 * Where an account stands. Each standing carries exactly the facts that belong to it. Times are
 * milliseconds since the epoch; `reason` says in words a person understands what `evidence` means.
 */
export type Standing =
  | { readonly is: 'ready' }
  | Resting
  | {
      readonly is: 'signed-out';
      readonly since: number;
      readonly reason: string;
      readonly evidence?: Evidence;
      /** The upstream holds the account: no new credential helps, somebody has to settle it there. */
      readonly isHeld?: true;
    }
  /** `since`: the change that switched it off; after a restart, the last change of its settings. */
  | { readonly is: 'switched-off'; readonly since: number };

export interface Resting {
  readonly is: 'resting';
  readonly since: number;
  readonly until: number;
  readonly reason: string;
  /** Undefined where the upstream said nothing: a budget is a matter of ours. */
  readonly evidence?: Evidence;
  /** The upstream named no moment: `until` is a guess, and one call may ask whether it is over. */
  readonly isGuess?: true;
  /** The upstream named a moment that has passed or is absurdly far: `until` is what was made of it. */
  readonly isCut?: true;
  /** How many calls in a row have asked before the named end whether the limit still holds, and when the last did. */
  readonly askedEarly?: { readonly times: number; readonly at: number };
  /** `until` on the clock that never jumps (ms): the rest is over at the first of the two. */
  readonly untilMonotonic?: number;
}

/** A rest for the models of one family; the account serves all others. */
export interface FamilyRest extends Resting {
  readonly family: Family;
}

/** A moment on both clocks: on the wall (ms since the epoch), and on the one that never jumps (ms). */
export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

export function momentOn(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() };
}

/** Why an account cannot be used before a person does something: it has no secret that is good for anything. */
export interface Lack {
  /** Undefined where nobody knows. */
  readonly since?: number;
  readonly reason: string;
}

/** What an attempt taught about its account. Only what came from the upstream may be a lesson. */
export type Lesson =
  /** Nothing about the account, or that it works; where it served the call, that it can. */
  | { readonly is: 'fine'; readonly isServed?: true }
  /** At a limit until a moment the upstream named; with a `family`, for models of that family only. */
  | {
      readonly is: 'limited';
      readonly until: number;
      readonly reason: string;
      readonly evidence?: Evidence;
      readonly family?: Family;
      /** It named none. */
      readonly isGuess?: true;
      /** It named one that has passed. */
      readonly isCut?: true;
    }
  /** The upstream refuses the credential or holds the account. */
  | { readonly is: 'refused'; readonly reason: string; readonly evidence?: Evidence; readonly isHeld?: true }
  /** The upstream is overloaded or out of reach: avoided for seconds, never "exhausted". */
  | { readonly is: 'struggling'; readonly reason: string };

/** The longest rest that is believed (ms): monthly spend limits are the longest windows there are. */
export const longestRestMs = 32 * 24 * 3_600_000;

/** The shortest one (ms): a moment that has passed, or passes now, is none. */
export const shortestRestMs = 1_000;

/** How old a rest with a guessed end is before one call may ask whether it is over (ms). */
export const staleAfterMs = 60_000;

/** How long a struggling upstream is avoided where another account can serve (ms). */
export const avoidanceMs = 8_000;
