import { fitsAny } from '../base/pattern.ts';
import type { Hindrance } from './choice.ts';
import { belongs, hasRoom, type Seat } from './seat.ts';
import { isInGap } from './slow-start.ts';
import type { View } from './survey.ts';

/** What keeps the account from taking the call; undefined where nothing does, or something that does not end by itself. */
export function hindranceOf(seat: Seat, view: View): Hindrance | undefined {
  const { ask, tried } = view;
  if (!belongs(seat, ask) || !fitsAny(seat.account.models, ask.model)) return undefined;
  if (tried.has(seat.account.id)) return undefined;
  const standing = view.standingOf(seat, view);
  if (standing.is === 'resting') return { is: 'rest', until: standing.until };
  if (standing.is !== 'ready') return undefined;
  if (!hasRoom(seat, ask)) return { is: 'room', places: seat.account.maxConcurrent ?? 0 };
  return isInGap(seat, ask, view) ? { is: 'turn' } : undefined;
}

/** What of several is over first, as far as anybody knows. */
export function soonestOver(one: Hindrance | undefined, other: Hindrance | undefined): Hindrance | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.is === 'rest' && other.is === 'rest') return other.until < one.until ? other : one;
  return order.indexOf(other.is) < order.indexOf(one.is) ? other : one;
}

const order: readonly Hindrance['is'][] = ['turn', 'room', 'rest'];
