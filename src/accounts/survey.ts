import { fitsAny } from '../base/pattern.ts';
import type { Ask } from './choice.ts';
import type { Family } from './family.ts';
import { counts } from './headroom/room.ts';
import { isStale } from './rests.ts';
import { belongs, hasRoom, type Seat } from './seat.ts';
import { isSpared, takesOneMore } from './slow-start.ts';
import { compare, type Candidate, type Policy } from './selection.ts';
import type { Standing } from './standing.ts';

/** How a call looks at the accounts. */
export interface View {
  readonly ask: Ask;
  /** Ids of the accounts that were tried already. */
  readonly tried: ReadonlySet<string>;
  /** The family of the model that is asked for. */
  readonly family: Family | undefined;
  readonly policy: Policy;
  /** The share of a plan's window from which on an account is taken last. */
  readonly softLimit: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** On the clock that never jumps (ms). */
  readonly monotonic: number;
  readonly standingOf: (seat: Seat, view: Pick<View, 'ask' | 'family' | 'now'>) => Standing;
}

/** Whom a call finds. */
export interface Survey {
  /** Accounts whose callers it may be, and those of them that allow the model. */
  fitting: number;
  able: number;
  /** The best of those that could take it right now. */
  best: Seat | undefined;
}

/** Looks at every account once, and makes nothing new for any. */
export function survey(seats: Iterable<Seat>, view: View): Survey {
  const { ask, policy } = view;
  const found: Survey = { fitting: 0, able: 0, best: undefined };
  for (const seat of seats) {
    if (!belongs(seat, ask)) continue;
    found.fitting += 1;
    if (!fitsAny(seat.account.models, ask.model)) continue;
    found.able += 1;
    if (!isReady(seat, view) || !takesOneMore(seat, view)) continue;
    const candidate = candidateFor(seat, view);
    if (found.best === undefined || compare(policy, candidate, found.best.candidate) < 0) found.best = seat;
  }
  return found;
}

/**
 * How a session finds the account it is on: `open` where it stays there, `full` where that is only at its most calls
 * at once or takes others first, `closed` where it must go elsewhere.
 */
export function homeIs(seat: Seat, view: View): 'open' | 'full' | 'closed' {
  const { ask } = view;
  if (!belongs(seat, ask) || !fitsAny(seat.account.models, ask.model) || !isReady(seat, view))
    return 'closed';
  if (!takesOneMore(seat, view)) return 'full';
  return view.monotonic < seat.avoidedUntil ? 'closed' : 'open';
}

function isReady(seat: Seat, view: View): boolean {
  return !view.tried.has(seat.account.id) && view.standingOf(seat, view).is === 'ready';
}

/**
 * Where nobody is ready: an account that rests without a named end, and has for a while. One call asks how it
 * stands; all others go on waiting for what that one finds.
 */
export function toProbe(seats: Iterable<Seat>, view: View): Seat | undefined {
  const { ask, tried, now } = view;
  if (ask.purpose !== 'messages') return undefined;
  let oldest: { seat: Seat; since: number } | undefined;
  for (const seat of seats) {
    if (seat.isProbed || tried.has(seat.account.id) || !belongs(seat, ask) || !hasRoom(seat, ask)) continue;
    if (!fitsAny(seat.account.models, ask.model)) continue;
    const standing = view.standingOf(seat, view);
    if (!isStale(standing, now)) continue;
    if (oldest === undefined || standing.since < oldest.since) oldest = { seat, since: standing.since };
  }
  return oldest?.seat;
}

/** The seat as a policy sees it now. Only the next look makes another of it. */
export function candidateFor(
  seat: Seat,
  { now, monotonic, family, softLimit }: Pick<View, 'now' | 'monotonic' | 'family' | 'softLimit'>,
): Candidate {
  const { account, candidate } = seat;
  candidate.priority = account.priority;
  candidate.weight = account.weight;
  candidate.callsInFlight = seat.callsInFlight;
  candidate.isAvoided = monotonic < seat.avoidedUntil;
  candidate.given = seat.given;
  candidate.isSpared = isSpared(seat, now);
  let used = 0;
  let resetsAt = Number.POSITIVE_INFINITY;
  for (const window of seat.room.windows) {
    if (!counts(window, family, now)) continue;
    if (window.used > used) used = window.used;
    if (window.resetAt < resetsAt) resetsAt = window.resetAt;
  }
  candidate.used = used;
  candidate.isNearlyFull = used >= softLimit;
  candidate.resetsAt = resetsAt;
  candidate.priceFactor = seat.priceFactor;
  return candidate;
}
