import type { Family } from './family.ts';
import { noFamilies, noRests, type Seat } from './seat.ts';
import {
  longestRestMs,
  shortestRestMs,
  staleAfterMs,
  type FamilyRest,
  type Lesson,
  type Moment,
  type Resting,
  type Standing,
} from './standing.ts';

type Limited = Lesson & { is: 'limited' };

/** Takes a limit: of the whole account, or of one family of models on it. */
export function rest(seat: Seat, lesson: Limited, at: Moment): void {
  const { family } = lesson;
  const before = standingAt(seat, at);
  if (family === undefined) {
    seat.standing = restAfter(before.is === 'resting' ? before : undefined, lesson, at);
    return;
  }
  const rests = new Map(familyRestsAt(seat, at).map((one) => [one.family, one]));
  rests.set(family, { ...restAfter(rests.get(family), lesson, at), family });
  seat.familyRests = rests;
}

/** Two answers may tell of two limits: the account is back when the later one ends. What is named beats a guess. */
function restAfter(before: Resting | undefined, lesson: Limited, { now, monotonic }: Moment): Resting {
  const { reason, evidence, isGuess } = lesson;
  const until = Math.min(Math.max(lesson.until, now + shortestRestMs), now + longestRestMs);
  const isSurer = before?.isGuess === true && isGuess === undefined;
  if (before !== undefined && !isSurer && (before.until >= until || (isGuess && !before.isGuess)))
    return before;
  // A moment that passes right now is no mistake: the clocks of two machines differ a little.
  const isCut = lesson.isCut === true || until < lesson.until || lesson.until < now - driftMs;
  return {
    is: 'resting',
    since: now,
    until,
    reason,
    untilMonotonic: monotonic + until - now,
    ...(evidence && { evidence }),
    ...(isGuess && { isGuess }),
    ...(isCut && { isCut }),
  };
}

/** Where the account stands at that moment, for models of `family` where one is given. A rest that is over ends here. */
export function standingAt(seat: Seat, at: Moment, family?: Family): Standing {
  const { standing } = seat;
  if (standing.is === 'resting') {
    const current = restAt(standing, at);
    if (current === undefined) ended(seat, standing, 'all', at);
    seat.standing = current ?? { is: 'ready' };
  }
  if (seat.standing.is !== 'ready' || family === undefined || seat.familyRests.size === 0)
    return seat.standing;
  return familyRestsAt(seat, at).find((one) => one.family === family) ?? seat.standing;
}

/** Whether nothing but a rest for models of `family` keeps the account from serving. */
export function restsForFamily(seat: Seat, at: Moment, family: Family | undefined): boolean {
  return standingAt(seat, at).is === 'ready' && standingAt(seat, at, family).is === 'resting';
}

/** The rests of single families at that moment. */
export function familyRestsAt(seat: Seat, at: Moment): FamilyRest[] {
  if (seat.familyRests.size === 0) return [];
  const rests: FamilyRest[] = [];
  for (const one of seat.familyRests.values()) {
    const current = restAt(one, at);
    if (current === undefined) ended(seat, one, one.family, at);
    else rests.push(current);
  }
  seat.familyRests = new Map(rests.map((one) => [one.family, one]));
  return rests;
}

/**
 * The rest as it is at that moment; undefined where it is over, on either clock: one that runs ahead ends it, since a
 * machine may have slept, and one that was set back makes it no longer than it was.
 */
function restAt<R extends Resting>(one: R, { now, monotonic }: Moment): R | undefined {
  const left = (one.untilMonotonic ?? Number.POSITIVE_INFINITY) - monotonic;
  if (now >= one.until || left <= 0) return undefined;
  // What the clocks differ by within seconds is drift, and nothing that anybody would see.
  if (one.until - now <= left + driftMs) return one;
  return { ...one, since: Math.min(one.since, now), until: now + left };
}

const driftMs = 2_000;

/**
 * A rest is over by itself: those that waited for it must not fall upon the account at once. Whether one with a
 * guessed end is over, its first call tells.
 */
function ended(seat: Seat, one: Resting, whose: Family | 'all', { monotonic }: Moment): void {
  seat.lastRest = one;
  seat.backSince = Math.max(seat.backSince ?? 0, Math.min(one.untilMonotonic ?? monotonic, monotonic));
  if (one.isGuess === true) seat.halfOpen = new Set([...seat.halfOpen, whose]);
}

/** Whether nobody knows any more that the rest holds, so that one call may ask. */
export function isStale(standing: Standing, now: number): standing is Resting {
  return standing.is === 'resting' && standing.isGuess === true && now - standing.since >= staleAfterMs;
}

/** A message for models of `family` was served: what was guessed about the account, and about them, is over. */
export function endGuesses(seat: Seat, at: Moment, family: Family | undefined): void {
  const { standing } = seat;
  if (standing.is === 'resting' && standing.isGuess) {
    Object.assign(seat, { standing: { is: 'ready' }, lastRest: standing });
    seat.backSince = at.monotonic;
  }
  const sure = familyRestsAt(seat, at).filter((one) => one.isGuess === undefined || one.family !== family);
  seat.familyRests = sure.length === 0 ? noRests : new Map(sure.map((one) => [one.family, one]));
  const open = [...seat.halfOpen].filter((whose) => whose !== 'all' && whose !== family);
  seat.halfOpen = open.length === 0 ? noFamilies : new Set(open);
}
