import { fitsAny } from '../base/pattern.ts';
import type { Ask, Choice, Hindrance } from './choice.ts';
import { hindranceOf, soonestOver } from './hindrance.ts';
import { belongs, hasRoom, reasonOf, type Seat } from './seat.ts';
import type { Survey, View } from './survey.ts';

/** How soon an account that is at its most calls at once is worth another look (ms). */
export const busyMs = 1_000;

/** What a call is told for which no account was found. */
export function nobody(seats: Iterable<Seat>, { fitting, able }: Survey, view: View): Choice {
  if (able > 0)
    return allTaken(
      [...seats].filter((seat) => isAble(seat, view.ask)),
      view,
    );
  if (fitting > 0) return { is: 'none', because: 'model' };
  const others = [...seats].some(({ account }) => (account.kind === 'passthrough') === view.ask.own);
  return { is: 'none', because: others ? 'not-allowed' : 'empty' };
}

function isAble(seat: Seat, ask: Ask): boolean {
  return belongs(seat, ask) && fitsAny(seat.account.models, ask.model);
}

/** Nobody of `able` is free: when the first of them will be. */
function allTaken(able: readonly Seat[], view: View): Choice {
  const { ask, now } = view;
  const moments: number[] = [];
  let areAllOut = true;
  let awaits: Hindrance | undefined;
  for (const seat of able) {
    const standing = view.standingOf(seat, view);
    awaits = soonestOver(awaits, hindranceOf(seat, view));
    if (standing.is === 'resting') moments.push(standing.until);
    else if (standing.is === 'ready' && !hasRoom(seat, ask)) moments.push(now + busyMs);
    if (standing.is === 'resting' || standing.is === 'ready') areAllOut = false;
  }
  if (!areAllOut)
    return { is: 'limited', readyAt: moments.length === 0 ? undefined : Math.min(...moments), awaits };
  const [first] = able;
  const reason = reasonOf(first?.standing);
  return able.length === 1 && first !== undefined
    ? { is: 'unavailable', name: first.account.name, reason }
    : { is: 'unavailable', reason };
}
