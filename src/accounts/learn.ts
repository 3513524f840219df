import { familyOf } from './family.ts';
import { endGuesses, rest } from './rests.ts';
import type { Seat } from './seat.ts';
import { avoidanceMs, type Lesson, type Moment } from './standing.ts';

/** Takes a lesson that a call for `model` brought about an account; gives whether it may stand elsewhere now. */
export function learn(seat: Seat, lesson: Lesson, at: Moment, model: string | undefined): boolean {
  switch (lesson.is) {
    case 'fine':
      seat.avoidedUntil = 0;
      seat.served += 1;
      if (!seat.isProbed || lesson.isServed !== true) return false;
      endGuesses(seat, at, familyOf(model));
      return true;
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
