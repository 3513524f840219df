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
    const resting = before.is === 'resting' ? before : undefined;
    seat.standing = answeredEarly(seat, resting, lesson, at) ?? restAfter(resting, lesson, at);
    return;
  }
  const rests = new Map(familyRestsAt(seat, at).map((one) => [one.family, one]));
  const resting = rests.get(family);
  const next = answeredEarly(seat, resting, lesson, at) ?? restAfter(resting, lesson, at);
  rests.set(family, { ...next, family });
  seat.familyRests = rests;
}

/**
 * A call has asked before the named end whether the limit still holds, and it does: what the upstream names now counts,
 * also where that is sooner. Undefined where nobody has asked.
 */
function answeredEarly(
  { isProbed }: Seat,
  before: Resting | undefined,
  lesson: Limited,
  at: Moment,
): Resting | undefined {
  if (!isProbed || before?.askedEarly === undefined) return undefined;
  const { askedEarly } = before;
  const fresh = restAfter(undefined, lesson, at);
  return fresh.isGuess === true ? { ...before, since: at.now } : { ...fresh, askedEarly };
}

/** Two answers may tell of two limits: the account is back when the later one ends. What is named beats a guess. */
function restAfter(before: Resting | undefined, lesson: Limited, { now, monotonic }: Moment): Resting {
  const { reason, evidence } = lesson;
  const wanted = Math.min(Math.max(lesson.until, now + shortestRestMs), now + longestRestMs);
  const isFar = wanted < lesson.until;
  // Of a moment that is not believed nobody knows whether the limit lasts that long.
  const isGuess = lesson.isGuess === true || isFar;
  const isLater = before !== undefined && before.until >= wanted;
  if (before !== undefined && before.isGuess === undefined && (isGuess || isLater)) return before;
  if (before !== undefined && isGuess && isLater && !isStale(before, now)) return before;
  // One call has asked, and met the limit again: the longer guess goes on from here.
  const until = isGuess && isLater ? before.until : wanted;
  // A moment that passes right now is no mistake: the clocks of two machines differ a little.
  const isCut = lesson.isCut === true || isFar || lesson.until < now - driftMs;
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
  const askedEarly = one.askedEarly && { ...one.askedEarly, at: Math.min(one.askedEarly.at, now) };
  return { ...one, since: Math.min(one.since, now), until: now + left, ...(askedEarly && { askedEarly }) };
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

/** A message for models of `family` was served: what was guessed, or asked, about the account and about them is over. */
export function endGuesses(seat: Seat, at: Moment, family: Family | undefined): void {
  const { standing } = seat;
  if (standing.is === 'resting' && isAsked(standing)) {
    Object.assign(seat, { standing: { is: 'ready' }, lastRest: standing });
    seat.backSince = at.monotonic;
  }
  const sure = familyRestsAt(seat, at).filter((one) => !isAsked(one) || one.family !== family);
  seat.familyRests = sure.length === 0 ? noRests : new Map(sure.map((one) => [one.family, one]));
  const open = [...seat.halfOpen].filter((whose) => whose !== 'all' && whose !== family);
  seat.halfOpen = open.length === 0 ? noFamilies : new Set(open);
}

function isAsked({ isGuess, askedEarly }: Resting): boolean {
  return isGuess === true || askedEarly !== undefined;
}
