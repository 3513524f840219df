import type { Ask } from './choice.ts';
import { hasRoom, type Seat } from './seat.ts';

/** What of how a call looks at accounts tells whether one takes it now; `now` in milliseconds since the epoch. */
interface Coming {
  readonly ask: Ask;
  readonly now: number;
}

/** How long an account that is back from a rest is spared (ms), and the calls at once it gets to by then. */
export const slowStartMs = 60_000;
const callsOfSlowStart = 12;

/** One call at first, then more from second to second. */
export function isSpared(seat: Seat, now: number): boolean {
  const { backSince = now, callsInFlight } = seat;
  if (!isBack(seat, now)) return false;
  return callsInFlight >= Math.ceil((callsOfSlowStart * (now - backSince + 1)) / slowStartMs);
}

/** Whether the account, were it ready, would take one more call now. */
export function takesOneMore(seat: Seat, coming: Coming): boolean {
  return hasRoom(seat, coming.ask) && !isInGap(seat, coming);
}

/** An account that is back takes those that wait one after the other: all at once would be its next limit. */
export function isInGap(seat: Seat, { ask: { gapMs }, now }: Coming): boolean {
  const { lastChosenAt } = seat;
  if (gapMs === undefined || lastChosenAt === undefined || !isBack(seat, now)) return false;
  return lastChosenAt <= now && now - lastChosenAt < gapMs;
}

/** A rest that ended in what is now the future was none. */
function isBack({ backSince }: Seat, now: number): boolean {
  return backSince !== undefined && backSince <= now && now - backSince < slowStartMs;
}
