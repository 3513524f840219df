import type { Family } from './family.ts';

/**
 * Where an account stands. Each standing carries exactly the facts that belong to it. Times are
 * milliseconds since the epoch; `reason` is the evidence in words a person understands.
 */
export type Standing =
  | { readonly is: 'ready' }
  | Resting
  | { readonly is: 'signed-out'; readonly since: number; readonly reason: string }
  | { readonly is: 'switched-off' };

export interface Resting {
  readonly is: 'resting';
  readonly since: number;
  readonly until: number;
  readonly reason: string;
  /** The upstream named no moment: `until` is a guess, and one call may ask whether it is over. */
  readonly isGuess?: true;
}

/** A rest for the models of one family; the account serves all others. */
export interface FamilyRest extends Resting {
  readonly family: Family;
}

/** Why an account cannot be used before a person does something: it has no secret that is good for anything. */
export interface Lack {
  /** Undefined where nobody knows. */
  readonly since?: number;
  readonly reason: string;
}

/** What an attempt taught about its account. Only what came from the upstream may be a lesson. */
export type Lesson =
  /** Nothing about the account, or that it works. */
  | { readonly is: 'fine' }
  /** At a limit until a moment the upstream named; with a `family`, for models of that family only. */
  | {
      readonly is: 'limited';
      readonly until: number;
      readonly reason: string;
      readonly family?: Family;
      /** It named none. */
      readonly isGuess?: true;
    }
  /** The upstream refuses the credential or holds the account. */
  | { readonly is: 'refused'; readonly reason: string }
  /** The upstream is overloaded or out of reach: avoided for seconds, never "exhausted". */
  | { readonly is: 'struggling'; readonly reason: string };

/** The longest rest that is believed (ms): monthly spend limits are the longest windows there are. */
export const longestRestMs = 32 * 24 * 3_600_000;

/** How old a rest with a guessed end is before one call may ask whether it is over (ms). */
export const staleAfterMs = 60_000;

/** How long a struggling upstream is avoided where another account can serve (ms). */
export const avoidanceMs = 8_000;
