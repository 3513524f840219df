import { sha256 } from '../base/hash.ts';
import { fitsAny } from '../base/pattern.ts';
import type { Ask, Left } from './choice.ts';
import { familyOf } from './family.ts';
import { belongs, type Seat, whyNot } from './seat.ts';
import type { View } from './survey.ts';

/**
 * Under which name a call is at home, whose session is on the account of `seat`. Where that is not open to such calls,
 * because of the model or of who calls, these have a home of their own: else each of them would take the session along.
 */
export function homeFor(ask: Ask, seat: Seat | undefined): string | undefined {
  const { session, model, own, allowed } = ask;
  if (session === undefined || seat === undefined || isOpenTo(seat, ask)) return session;
  const whose = own ? 'own' : allowed === undefined ? 'all' : digestOf(allowed);
  return `${session} of ${whose} for ${familyOf(model) ?? 'others'}`;
}

/** The call with the name it is at home under. */
export function atHome(ask: Ask, seat: Seat | undefined): Ask {
  const session = homeFor(ask, seat);
  return session === ask.session ? ask : { ...ask, session };
}

/** Names are kept for each session, and lists of a key may be long. */
function digestOf(allowed: readonly string[]): string {
  return sha256().update(JSON.stringify(allowed)).digest('hex').slice(0, 16);
}

/** What is told where a session's call does not go to the account of `home`; counting tokens leaves nobody. */
export function leftBy(home: Seat, view: View): Left | undefined {
  const { ask, now, standingOf } = view;
  if (ask.purpose === 'counting') return undefined;
  return { account: home.account, reason: whyNot(home, ask, standingOf(home, view), now) };
}

function isOpenTo(seat: Seat, ask: Ask): boolean {
  return belongs(seat, ask) && fitsAny(seat.account.models, ask.model);
}
