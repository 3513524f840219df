import { fitsAny } from '../base/pattern.ts';
import { nameKey, type Account } from './account.ts';
import type { Ask, Bar } from './choice.ts';
import type { Family } from './family.ts';
import { unknownRoom, type Room } from './headroom/room.ts';
import type { Memory } from './memory.ts';
import { restWords } from './rest-words.ts';
import { plainCandidate, type Candidate } from './selection.ts';
import type { FamilyRest, Lack, Standing } from './standing.ts';

/** An account's place in the pool: what is known of it right now. */
export interface Seat {
  account: Account;
  standing: Standing;
  /** The standing that others were last told of. */
  told: Standing | undefined;
  /** On the clock that never jumps (ms). */
  avoidedUntil: number;
  /** Families of models it does not serve for a while. */
  familyRests: ReadonlyMap<Family, FamilyRest>;
  /** One call is under way that asks whether a rest with a guessed end is over. */
  isProbed: boolean;
  callsInFlight: number;
  /** Calls given to it that no session had bound, over its share. */
  given: number;
  /** When its last rest ended (ms since the epoch). */
  backSince: number | undefined;
  /** What its answers said it has left. */
  readonly room: Room;
  priceFactor: number;
  /** As a policy sees it; written anew before each look, since a choice among a thousand must make nothing new. */
  readonly candidate: { -readonly [Fact in keyof Candidate]: Candidate[Fact] };
  lastChosenAt: number | undefined;
  served: number;
}

export const noRests: ReadonlyMap<Family, FamilyRest> = new Map();

/** An account as `status` shows it. */
export interface Seen {
  readonly account: Account;
  readonly standing: Standing;
  readonly familyRests: readonly FamilyRest[];
  readonly isAvoided: boolean;
  readonly callsInFlight: number;
  readonly served: number;
  /** Milliseconds since the epoch. */
  readonly lastChosenAt: number | undefined;
}

/** Hears where an account stands from now on. That a rest is over is known beforehand, and need not be told. */
export type OnStanding = (account: Account, standing: Standing) => void;

/** A place for `account`, of which nothing is known yet but where it stands. */
export function seatFor(
  account: Account,
  standing: Standing = firstStanding(account),
  room: Room = unknownRoom,
): Seat {
  const { priority, weight } = account;
  return {
    account,
    standing,
    told: undefined,
    avoidedUntil: 0,
    familyRests: noRests,
    isProbed: false,
    callsInFlight: 0,
    given: 0,
    backSince: undefined,
    room,
    priceFactor: 1,
    candidate: { ...plainCandidate, priority, weight },
    lastChosenAt: undefined,
    served: 0,
  };
}

/** The same, with what was learned about the account before: an account that is usable may turn out to rest. */
export function seatRecalled(account: Account, first: Standing, { roomOf, recall }: Memory): Seat {
  const seat = seatFor(account, first, roomOf(account.id));
  if (first.is !== 'ready') return seat;
  const { standing = first, familyRests } = recall(account);
  return { ...seat, standing, familyRests: new Map(familyRests.map((one) => [one.family, one])) };
}

/** The seat of the account that an id or a name means. */
export function seatOf(seats: ReadonlyMap<string, Seat>, idOrName: string): Seat | undefined {
  const byId = seats.get(idOrName);
  if (byId !== undefined) return byId;
  const name = nameKey(idOrName);
  for (const seat of seats.values()) if (nameKey(seat.account.name) === name) return seat;
  return undefined;
}

/** The seat as `status` shows it; `monotonic` is on the clock that never jumps (ms). */
export function seenOf(
  { account, avoidedUntil, callsInFlight, served, lastChosenAt }: Seat,
  standing: Standing,
  familyRests: readonly FamilyRest[],
  monotonic: number,
): Seen {
  const isAvoided = monotonic < avoidedUntil;
  return { account, standing, familyRests, isAvoided, callsInFlight, served, lastChosenAt };
}

/** Where an account stands before anything was learned about it. */
export function firstStanding({ enabled }: Account, lack?: Required<Lack>): Standing {
  if (!enabled) return { is: 'switched-off' };
  return lack === undefined ? { is: 'ready' } : { is: 'signed-out', ...lack };
}

/**
 * Takes the account as it is now. What was learned holds for the credential it was learned with, at the
 * upstream it was sent to: then the account starts afresh, at `first`. A new name or priority changes nothing.
 */
export function renew(seat: Seat, account: Account, first: Standing): void {
  const { credentialAt, baseUrl, enabled } = seat.account;
  const isSame =
    credentialAt === account.credentialAt && baseUrl === account.baseUrl && enabled === account.enabled;
  seat.account = account;
  seat.avoidedUntil = 0;
  if (!isSame) Object.assign(seat, { standing: first, familyRests: noRests });
}

/** Takes that the account lacks something now, or does not any more: then it is as if nothing had been learned. */
export function takeLack(seat: Seat, lacks: boolean, first: Standing): void {
  if (lacks || seat.standing.is === 'signed-out') seat.standing = first;
}

/** Why an account cannot be used before a person does something, in words. */
export function reasonOf(standing: Standing | undefined): string {
  return standing?.is === 'signed-out' ? standing.reason : 'switched off';
}

/** Where an account stands that must not be used for a while, though it could be. */
export function heldBack(standing: Standing, bar: Bar | undefined, now: number): Standing {
  if (bar === undefined || standing.is !== 'ready') return standing;
  return { is: 'resting', since: now, until: bar.until, reason: bar.reason };
}

/** Whether two standings say the same. */
export function isSameStanding(one: Standing | undefined, other: Standing): boolean {
  if (one === other) return true;
  // A rest or a refusal is an event of its own each time.
  return one?.is === other.is && (other.is === 'ready' || other.is === 'switched-off');
}

/** Whether the account may take calls of this sort and this caller at all. */
export function belongs({ account }: Seat, ask: Ask): boolean {
  return (account.kind === 'passthrough') === ask.own && isAllowed(account, ask.allowed);
}

/** Whether a caller restricted to `allowed` may use `account`; a list that is empty allows none. */
export function isAllowed(account: Account, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const name = nameKey(account.name);
  return allowed.some((one) => one === account.id || nameKey(one) === name);
}

/** Whether the account takes one more call at once. */
export function hasRoom({ account, callsInFlight }: Seat, { purpose }: Ask): boolean {
  const { maxConcurrent } = account;
  return purpose === 'counting' || maxConcurrent === undefined || callsInFlight < maxConcurrent;
}

/** Why the account, which stands like that, does not take a call of a session that is at home on it, in words. */
export function whyNot(seat: Seat, ask: Ask, standing: Standing, now: number): string {
  if (!belongs(seat, ask)) return 'not open to this caller';
  if (!fitsAny(seat.account.models, ask.model)) return 'does not allow the model';
  if (standing.is === 'switched-off') return 'switched off';
  if (standing.is === 'resting') return restWords(standing, now);
  if (standing.is !== 'ready') return standing.reason;
  return hasRoom(seat, ask) ? 'struggled a moment ago' : 'has as many calls as it may';
}
