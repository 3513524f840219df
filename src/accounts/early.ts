import { fitsAny } from '../base/pattern.ts';
import type { Family } from './family.ts';
import { standingAt } from './rests.ts';
import { belongs, hasRoom, type Seat } from './seat.ts';
import type { Lesson, Resting } from './standing.ts';
import type { View } from './survey.ts';

/**
 * How old the word of a limit is before one call may ask whether it still holds (ms), and the longest time between two
 * that ask: twice as long after each that has asked in vain.
 */
export const earlyAfterMs = 300_000;
export const longestUnaskedMs = 3_600_000;

/**
 * For so long a call that asks waits for a connection, and then for the head of an answer (ms): a refusal takes a
 * fraction of a second, and without asking the call would have had one at once.
 */
export const earlyAnswerMs = 10_000;

/**
 * Where nothing is left for a call but to be refused: the account whose limit was named, or asked about, longest ago.
 * Plans are raised, credit is bought and limits are reset by hand before the moment that an upstream named. While one
 * of those that the call could use is asked, all others hear what they would without it.
 */
export function toAskEarly(seats: Iterable<Seat>, view: View): Seat | undefined {
  const { ask, tried, now } = view;
  if (ask.purpose !== 'messages') return undefined;
  let oldest: { seat: Seat; heardAt: number } | undefined;
  for (const seat of seats) {
    if (!belongs(seat, ask) || !fitsAny(seat.account.models, ask.model)) continue;
    if (seat.isProbed) return undefined;
    if (tried.has(seat.account.id)) continue;
    const standing = standingAt(seat, view, view.family);
    // Budgets are ours to keep, whatever an upstream would say.
    if (view.isBarred(seat)) continue;
    if (standing.is === 'ready') return undefined;
    if (standing.is !== 'resting' || !isDue(standing, now) || !hasRoom(seat, ask)) continue;
    const heardAt = heardOf(standing);
    if (oldest === undefined || heardAt < oldest.heardAt) oldest = { seat, heardAt };
  }
  return oldest?.seat;
}

/** Whether one call may ask before the end that the upstream named. Where it named none, another rule asks sooner. */
export function isDue(rest: Resting, now: number): boolean {
  if (rest.isGuess === true) return false;
  const waits = Math.min(earlyAfterMs * 2 ** (rest.askedEarly?.times ?? 0), longestUnaskedMs);
  return now - heardOf(rest) >= waits;
}

function heardOf({ since, askedEarly }: Resting): number {
  return Math.max(since, askedEarly?.at ?? since);
}

/** A call asks now, with a model of `family`: whatever it finds, the next may only after a while. */
export function noteAskedEarly(seat: Seat, family: Family | undefined, now: number): void {
  const asked = <R extends Resting>(rest: R): R => ({
    ...rest,
    askedEarly: { times: (rest.askedEarly?.times ?? 0) + 1, at: now },
  });
  if (seat.standing.is === 'resting') {
    const isTold = seat.told === seat.standing;
    seat.standing = asked(seat.standing);
    // It stands where it stood.
    if (isTold) seat.told = seat.standing;
    return;
  }
  const rest = family === undefined ? undefined : seat.familyRests.get(family);
  if (family !== undefined && rest !== undefined)
    seat.familyRests = new Map([...seat.familyRests, [family, asked(rest)]]);
}

/** Whether a call that asked early learned nothing of the limit, so that what is known of it still holds. */
export function isNoAnswer({ is }: Lesson): boolean {
  return is === 'fine' || is === 'struggling';
}

/** What a call found that asked early, in words. */
export function foundWords(lesson: Lesson): string {
  switch (lesson.is) {
    case 'limited':
      return `still at a limit: ${lesson.reason}`;
    case 'fine':
      return lesson.isServed === true ? 'it serves again' : 'nothing about the limit';
    case 'struggling':
    case 'refused':
      return lesson.reason;
  }
}
