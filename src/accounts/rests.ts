import type { Family } from './family.ts';
import { noRests, type Seat } from './seat.ts';
import {
  longestRestMs,
  staleAfterMs,
  type FamilyRest,
  type Lesson,
  type Resting,
  type Standing,
} from './standing.ts';

type Limited = Lesson & { is: 'limited' };

/** Takes a limit: of the whole account, or of one family of models on it. */
export function rest(seat: Seat, lesson: Limited, now: number): void {
  const { family } = lesson;
  const before = standingAt(seat, now);
  if (family === undefined) {
    seat.standing = restAfter(before.is === 'resting' ? before : undefined, lesson, now);
    return;
  }
  const rests = new Map(familyRestsAt(seat, now).map((one) => [one.family, one]));
  rests.set(family, { ...restAfter(rests.get(family), lesson, now), family });
  seat.familyRests = rests;
}

/** Two answers may tell of two limits: the account is back when the later one ends. What is named beats a guess. */
function restAfter(before: Resting | undefined, { until, reason, isGuess }: Limited, now: number): Resting {
  const wanted = Math.min(Math.max(until, now + 1_000), now + longestRestMs);
  const isSurer = before?.isGuess === true && isGuess === undefined;
  if (before !== undefined && !isSurer && (before.until >= wanted || (isGuess && !before.isGuess)))
    return before;
  return { is: 'resting', since: now, until: wanted, reason, ...(isGuess && { isGuess }) };
}

/**
 * Where the account stands at `now`, for models of `family` where one is given. A rest that is over ends here; one
 * that began in what is now the future (the clock was set back) begins anew, so that it never gets longer than it was.
 */
export function standingAt(seat: Seat, now: number, family?: Family): Standing {
  const { standing } = seat;
  if (standing.is === 'resting') {
    const current = restAt(standing, now);
    if (current === undefined) seat.backSince = standing.until;
    seat.standing = current ?? { is: 'ready' };
  }
  if (seat.standing.is !== 'ready' || family === undefined || seat.familyRests.size === 0)
    return seat.standing;
  return familyRestsAt(seat, now).find((one) => one.family === family) ?? seat.standing;
}

/** Whether nothing but a rest for models of `family` keeps the account from serving. */
export function restsForFamily(seat: Seat, now: number, family: Family | undefined): boolean {
  return standingAt(seat, now).is === 'ready' && standingAt(seat, now, family).is === 'resting';
}

/** The rests of single families at `now`. */
export function familyRestsAt(seat: Seat, now: number): FamilyRest[] {
  if (seat.familyRests.size === 0) return [];
  const rests: FamilyRest[] = [];
  for (const one of seat.familyRests.values()) {
    const current = restAt(one, now);
    // Those that waited for it must not fall upon the account at once, just as after a rest of the whole of it.
    if (current === undefined) seat.backSince = Math.max(seat.backSince ?? 0, one.until);
    else rests.push(current);
  }
  seat.familyRests = new Map(rests.map((one) => [one.family, one]));
  return rests;
}

/** The rest as it is at `now`; undefined where it is over. */
function restAt<R extends Resting>(one: R, now: number): R | undefined {
  if (now >= one.until) return undefined;
  return now < one.since ? { ...one, since: now, until: now + one.until - one.since } : one;
}

/** Whether nobody knows any more that the rest holds, so that one call may ask. */
export function isStale(standing: Standing, now: number): standing is Resting {
  return standing.is === 'resting' && standing.isGuess === true && now - standing.since >= staleAfterMs;
}

/** The call that asked was served: rests with a guessed end are over. */
export function endGuesses(seat: Seat, now: number): void {
  if (seat.standing.is === 'resting' && seat.standing.isGuess) seat.standing = { is: 'ready' };
  const sure = familyRestsAt(seat, now).filter(({ isGuess }) => isGuess === undefined);
  seat.familyRests = sure.length === 0 ? noRests : new Map(sure.map((one) => [one.family, one]));
  seat.backSince = now;
}
