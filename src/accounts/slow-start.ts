import type { Ask } from './choice.ts';
import { hasRoom, type Seat } from './seat.ts';
import type { Moment } from './standing.ts';

/** How long an account that is back from a rest is spared (ms), and the calls at once it gets to by then. */
export const slowStartMs = 60_000;
const callsOfSlowStart = 12;

/** One call at first, then more from second to second. */
export function isSpared(seat: Seat, monotonic: number): boolean {
  const { backSince = monotonic, callsInFlight } = seat;
  if (!isBack(seat, monotonic)) return false;
  return callsInFlight >= Math.ceil((callsOfSlowStart * (monotonic - backSince + 1)) / slowStartMs);
}

/** Whether the account, were it ready, would take one more call now. */
export function takesOneMore(seat: Seat, ask: Ask, at: Moment): boolean {
  return hasRoom(seat, ask) && !isInGap(seat, ask, at);
}

/** An account that is back takes those that wait one after the other: all at once would be its next limit. */
export function isInGap(seat: Seat, { gapMs }: Ask, { now, monotonic }: Moment): boolean {
  const { lastChosenAt } = seat;
  if (gapMs === undefined || lastChosenAt === undefined || !isBack(seat, monotonic)) return false;
  return lastChosenAt <= now && now - lastChosenAt < gapMs;
}

function isBack({ backSince }: Seat, monotonic: number): boolean {
  return backSince !== undefined && monotonic - backSince < slowStartMs;
}
