import type { Ask, Lease } from './choice.ts';
import { noteAskedEarly } from './early.ts';
import { familyOf } from './family.ts';
import type { Seat } from './seat.ts';

/** Takes a place on `seat` for a call, at `now`; `onRelease` hears once that it was given back. */
export function leaseOn(
  seat: Seat,
  { purpose, model, mayAskEarly }: Ask,
  { isProbe, now, onRelease }: { isProbe: boolean; now: number; onRelease: () => void },
): Lease {
  const takesRoom = purpose !== 'counting';
  if (takesRoom) seat.callsInFlight += 1;
  if (isProbe) seat.isProbed = true;
  if (isProbe && mayAskEarly === true) noteAskedEarly(seat, familyOf(model), now);
  seat.lastChosenAt = now;
  if (purpose === 'messages') seat.lastTakenAt = now;
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      if (takesRoom) seat.callsInFlight -= 1;
      if (isProbe) seat.isProbed = false;
      onRelease();
    },
  };
}
