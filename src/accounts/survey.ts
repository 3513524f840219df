import { fitsAny } from '../base/pattern.ts';
import type { Ask, Barred } from './choice.ts';
import type { Family } from './family.ts';
import { counts, usedAt } from './headroom/room.ts';
import { standingAt } from './rests.ts';
import { belongs, heldBack, isAllowed, type Seat } from './seat.ts';
import { isSpared, takesOneMore } from './slow-start.ts';
import { compare, type Candidate, type Policy } from './selection.ts';
import type { Moment, Standing } from './standing.ts';

/** How a call looks at the accounts. */
export interface View extends Moment {
  readonly ask: Ask;
  /** Ids of the accounts that were tried already. */
  readonly tried: ReadonlySet<string>;
  /** The family of the model that is asked for. */
  readonly family: Family | undefined;
  readonly policy: Policy;
  /** The share of a plan's window from which on an account is taken last. */
  readonly softLimit: number;
  readonly standingOf: (seat: Seat, view: Pick<View, 'ask' | 'family' | keyof Moment>) => Standing;
  /** Whether it must not be used for messages, whatever its upstream would say. */
  readonly isBarred: (seat: Seat) => boolean;
}

/** Where an account stands for a call: only messages are held back by a bar. */
export function standingsUnder(barred: Barred): Pick<View, 'standingOf' | 'isBarred'> {
  return {
    standingOf(seat, view) {
      const { ask, family, now } = view;
      const bar = ask.purpose === 'messages' ? barred(seat.account.id) : undefined;
      return heldBack(standingAt(seat, view, family), bar, now);
    },
    isBarred: ({ account }) => barred(account.id) !== undefined,
  };
}

/** Whom a call finds. */
export interface Survey {
  /** Accounts whose callers it may be, and those of them that allow the model: all of them where nobody was found. */
  fitting: number;
  able: number;
  /** The best of those that could take it right now. */
  best: Seat | undefined;
}

/**
 * Looks at every account once, and makes nothing new for any. Whether one could take the call costs more to know than
 * whether it would come first, and is asked only then: among a thousand in no order, of seven.
 */
export function survey(seats: Iterable<Seat>, view: View): Survey {
  const { ask } = view;
  const found: Survey = { fitting: 0, able: 0, best: undefined };
  for (const seat of seats) {
    // Of those who may use few of many accounts: the others are not even looked at.
    if (ask.allowed !== undefined && !isAllowed(seat, ask.allowed)) continue;
    // A rest that is over ends when it is looked at, and the account is spared from then on.
    const isOut = mayRest(seat) && !isReady(seat, view);
    if (found.best !== undefined && (isOut || !comesBefore(seat, found.best, view))) continue;
    if (!belongs(seat, ask)) continue;
    found.fitting += 1;
    if (!fitsAny(seat.account.models, ask.model)) continue;
    found.able += 1;
    if (isOut || !isReady(seat, view) || !takesOneMore(seat, ask, view)) continue;
    if (found.best === undefined) candidateFor(seat, view);
    found.best = seat;
  }
  return found;
}

/** Whether `seat` comes before `best`. Most do not, whatever their windows say, and then nobody looks at those. */
function comesBefore(seat: Seat, best: Seat, view: View): boolean {
  const { policy } = view;
  if (policy.goesByResets !== true && compare(policy, withoutWindows(seat, view), best.candidate) >= 0)
    return false;
  return compare(policy, candidateFor(seat, view), best.candidate) < 0;
}

/**
 * How a session finds the account it is on: `open` where it stays there, `full` where that is only at its most calls
 * at once or takes others first, `avoided` where it struggled a moment ago, `closed` where it must go elsewhere.
 */
export function homeIs(seat: Seat, view: View): 'open' | 'full' | 'avoided' | 'closed' {
  const { ask } = view;
  if (!belongs(seat, ask) || !fitsAny(seat.account.models, ask.model) || !isReady(seat, view))
    return 'closed';
  if (!takesOneMore(seat, ask, view)) return 'full';
  return view.monotonic < seat.avoidedUntil ? 'avoided' : 'open';
}

function mayRest({ standing, familyRests }: Seat): boolean {
  return standing.is === 'resting' || familyRests.size > 0;
}

function isReady(seat: Seat, view: View): boolean {
  return !view.tried.has(seat.account.id) && view.standingOf(seat, view).is === 'ready';
}

/** The seat as a policy sees it now. Only the next look makes another of it. */
export function candidateFor(
  seat: Seat,
  view: Pick<View, 'now' | 'monotonic' | 'family' | 'softLimit'>,
): Candidate {
  const { now, family, softLimit } = view;
  const candidate = withoutWindows(seat, view);
  let used = 0;
  let fullest = 0;
  let resetsAt = Number.POSITIVE_INFINITY;
  for (const window of seat.room.windows) {
    if (!counts(window, family, now)) continue;
    const share = usedAt(window, now);
    if (share > fullest) fullest = share;
    // Windows of subscriptions are respected, and order nobody (docs/decisions/0178).
    if (window.kind === 'plan') continue;
    if (share > used) used = share;
    if (window.kind === 'period' && window.resetAt < resetsAt) resetsAt = window.resetAt;
  }
  candidate.used = used;
  candidate.isNearlyFull = fullest >= softLimit;
  candidate.resetsAt = resetsAt;
  return candidate;
}

/** The same as if nothing were known of what the account has left. */
function withoutWindows(seat: Seat, { monotonic }: Pick<View, 'monotonic'>): Seat['candidate'] {
  const { account, candidate } = seat;
  candidate.priority = account.priority;
  candidate.weight = account.weight;
  candidate.callsInFlight = seat.callsInFlight;
  candidate.isAvoided = monotonic < seat.avoidedUntil;
  candidate.given = seat.given;
  candidate.isSpared = isSpared(seat, monotonic);
  candidate.priceFactor = seat.priceFactor;
  candidate.used = 0;
  candidate.isNearlyFull = false;
  candidate.resetsAt = Number.POSITIVE_INFINITY;
  return candidate;
}
