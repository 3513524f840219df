import { fitsAny } from '../base/pattern.ts';
import type { Choice } from './choice.ts';
import { hindranceOf } from './hindrance.ts';
import { busyMs } from './nobody.ts';
import { reasonOf, type Seat } from './seat.ts';
import type { View } from './survey.ts';

/** What a call is told that names an account it may use, where that cannot take it; undefined where it can. */
export function refusalOf(seat: Seat, view: View): Choice | undefined {
  const { account } = seat;
  const { ask, now } = view;
  const { id, name } = account;
  if (account.kind === 'passthrough' && !ask.own) return { is: 'none', because: 'empty' };
  if (account.kind !== 'passthrough' && ask.own && ask.pinned === undefined) return { is: 'unknown' };
  if (!fitsAny(account.models, ask.model)) return { is: 'none', because: 'model' };
  const standing = view.standingOf(seat, view);
  const awaits = hindranceOf(seat, view);
  if (standing.is === 'resting') return { is: 'limited', readyAt: standing.until, awaits, name };
  if (standing.is !== 'ready') return { is: 'unavailable', name, reason: reasonOf(standing) };
  if (view.tried.has(id)) return { is: 'limited', readyAt: undefined, name };
  return awaits === undefined ? undefined : { is: 'limited', readyAt: now + busyMs, awaits, name };
}
