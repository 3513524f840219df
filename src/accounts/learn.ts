import type { Account } from './account.ts';
import type { Family } from './family.ts';
import { endGuesses, rest } from './rests.ts';
import type { Seat } from './seat.ts';
import { avoidanceMs, type Lesson, type Moment } from './standing.ts';

/** Takes what an attempt with a model of `family` taught; whether the account may stand elsewhere by it. */
export function learn(seat: Seat, lesson: Lesson, at: Moment, family: Family | undefined): boolean {
  switch (lesson.is) {
    case 'fine':
      // What says nothing about the account does not say that it is well.
      if (lesson.isServed !== true) return false;
      seat.avoidedUntil = 0;
      seat.served += 1;
      if (seat.isProbed) endGuesses(seat, at, family);
      return seat.isProbed;
    case 'limited':
      rest(seat, lesson, at);
      return true;
    case 'refused':
      seat.standing = { ...lesson, is: 'signed-out', since: at.now };
      return true;
    case 'struggling':
      seat.avoidedUntil = at.monotonic + avoidanceMs;
      return false;
  }
}

/** Whether what was learned on `one` holds for `other`: the same credential, sent to the same upstream. */
export function areAlike(one: Account, other: Account): boolean {
  return one.credentialAt === other.credentialAt && one.baseUrl === other.baseUrl;
}
