import { fitsAny } from '../base/pattern.ts';
import { toAskEarly } from './early.ts';
import { isStale } from './rests.ts';
import { belongs, hasRoom, type Seat } from './seat.ts';
import type { View } from './survey.ts';

/** Who takes a call all the same where nobody is ready. */
export function whileNobodyIsReady(seats: Iterable<Seat>, view: View): Seat | undefined {
  if (view.ask.purpose === 'counting') return toCount(seats, view);
  return view.ask.mayAskEarly === true ? toAskEarly(seats, view) : toProbe(seats, view);
}

/**
 * Where nobody is ready: an account that rests without a named end, and has for a while. One call asks how it
 * stands; all others go on waiting for what that one finds.
 */
function toProbe(seats: Iterable<Seat>, view: View): Seat | undefined {
  const { ask, tried, now } = view;
  if (ask.purpose !== 'messages') return undefined;
  let oldest: { seat: Seat; since: number } | undefined;
  for (const seat of seats) {
    if (seat.isProbed || tried.has(seat.account.id) || !belongs(seat, ask) || !hasRoom(seat, ask)) continue;
    if (!fitsAny(seat.account.models, ask.model)) continue;
    const standing = view.standingOf(seat, view);
    if (!isStale(standing, now) || view.isBarred(seat)) continue;
    if (oldest === undefined || standing.since < oldest.since) oldest = { seat, since: standing.since };
  }
  return oldest?.seat;
}

/** An account that rests can count tokens, for which the API has limits of its own. */
function toCount(seats: Iterable<Seat>, view: View): Seat | undefined {
  const { ask, tried } = view;
  for (const seat of seats) {
    if (tried.has(seat.account.id) || !belongs(seat, ask) || !fitsAny(seat.account.models, ask.model))
      continue;
    if (view.standingOf(seat, view).is === 'resting') return seat;
  }
  return undefined;
}
