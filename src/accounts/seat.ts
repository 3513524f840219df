import { fitsAny } from '../base/pattern.ts';
import { nameKey, type Account } from './account.ts';
import type { Ask, Bar } from './choice.ts';
import { familyOf, type Family } from './family.ts';
import { unknownRoom, type Room } from './headroom/room.ts';
import type { Memory } from './memory.ts';
import { restWords } from './rest-words.ts';
import { plainCandidate, type Candidate } from './selection.ts';
import type { FamilyRest, Lack, Resting, Standing } from './standing.ts';

/** An account's place in the pool: what is known of it right now. */
export interface Seat {
  account: Account;
  /** Its name as names are compared. */
  nameKey: string;
  standing: Standing;
  /** The standing that others were last told of. */
  told: Standing | undefined;
  /** On the clock that never jumps (ms). */
  avoidedUntil: number;
  /** Families of models it does not serve for a while. */
  familyRests: ReadonlyMap<Family, FamilyRest>;
  /** One call is under way that asks whether a rest with a guessed end is over. */
  isProbed: boolean;
  /** Whose guessed ends have come: the next call asks, and others follow when it is served. */
  halfOpen: ReadonlySet<Family | 'all'>;
  /** The rest that ended last. */
  lastRest: Resting | undefined;
  callsInFlight: number;
  /** Calls given to it that no session had bound, over its share. */
  given: number;
  /** When its last rest ended, on the clock that never jumps (ms). */
  backSince: number | undefined;
  /** What its answers said it has left. */
  readonly room: Room;
  priceFactor: number;
  /** As a policy sees it; written anew before each look, since a choice among a thousand must make nothing new. */
  readonly candidate: { -readonly [Fact in keyof Candidate]: Candidate[Fact] };
  /** When it last took any call, and a message (ms since the epoch). */
  lastChosenAt: number | undefined;
  lastTakenAt: number | undefined;
  served: number;
}

export const noRests: ReadonlyMap<Family, FamilyRest> = new Map();
export const noFamilies: ReadonlySet<Family | 'all'> = new Set();

/** An account as `status` shows it. */
export interface Seen {
  readonly account: Account;
  readonly standing: Standing;
  readonly familyRests: readonly FamilyRest[];
  /** What it came back from last; undefined where it has not rested since the proxy began. */
  readonly lastRest: Resting | undefined;
  /** A guessed end has come: one call asks whether that is true before others follow. */
  readonly isHalfOpen: boolean;
  readonly isAvoided: boolean;
  /** For how long it has been back from a rest (ms); undefined where it has not rested. */
  readonly backForMs: number | undefined;
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
    nameKey: nameKey(account.name),
    standing,
    told: undefined,
    avoidedUntil: 0,
    familyRests: noRests,
    isProbed: false,
    halfOpen: noFamilies,
    lastRest: undefined,
    callsInFlight: 0,
    given: 0,
    backSince: undefined,
    room,
    priceFactor: 1,
    candidate: { ...plainCandidate, priority, weight },
    lastChosenAt: undefined,
    lastTakenAt: undefined,
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
  for (const seat of seats.values()) if (seat.nameKey === name) return seat;
  return undefined;
}

/** The seat as `status` shows it; `monotonic` is on the clock that never jumps (ms). */
export function seenOf(
  { account, lastRest, halfOpen, avoidedUntil, backSince, callsInFlight, served, lastChosenAt }: Seat,
  standing: Standing,
  familyRests: readonly FamilyRest[],
  monotonic: number,
): Seen {
  return {
    account,
    standing,
    familyRests,
    lastRest,
    isHalfOpen: halfOpen.size > 0,
    isAvoided: monotonic < avoidedUntil,
    backForMs: backSince === undefined ? undefined : monotonic - backSince,
    callsInFlight,
    served,
    lastChosenAt,
  };
}

/** Where an account stands before anything was learned about it. */
export function firstStanding({ enabled, updatedAt }: Account, lack?: Required<Lack>): Standing {
  if (!enabled) return { is: 'switched-off', since: updatedAt };
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
  seat.nameKey = nameKey(account.name);
  seat.avoidedUntil = 0;
  if (!isSame) startAfresh(seat, first);
}

/** Forgets what was learned about the account. */
function startAfresh(seat: Seat, first: Standing): void {
  const nothing = { familyRests: noRests, halfOpen: noFamilies, lastRest: undefined };
  Object.assign(seat, { ...nothing, standing: first, avoidedUntil: 0 });
}

/** Somebody says that the account is well; those that waited for it must not fall upon it at once. */
export function heal(seat: Seat, first: Standing, monotonic: number): Seat {
  if (seat.standing.is === 'resting') seat.backSince = monotonic;
  startAfresh(seat, first);
  return seat;
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
export function belongs(seat: Seat, ask: Ask): boolean {
  return (seat.account.kind === 'passthrough') === ask.own && isAllowed(seat, ask.allowed);
}

/** The list of a client key, made ready to be asked of each of a thousand accounts. */
const readied = new WeakMap<readonly string[], { ids: ReadonlySet<string>; names: ReadonlySet<string> }>();

/** Whether a caller restricted to `allowed` may use the account; a list that is empty allows none. */
export function isAllowed(seat: Seat, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  let of = readied.get(allowed);
  if (of === undefined) {
    of = { ids: new Set(allowed), names: new Set(allowed.map(nameKey)) };
    readied.set(allowed, of);
  }
  return of.names.has(seat.nameKey) || of.ids.has(seat.account.id);
}

/** Whether the account takes one more call at once. */
export function hasRoom(seat: Seat, ask: Ask): boolean {
  const { maxConcurrent } = seat.account;
  if (ask.purpose === 'counting') return true;
  if (maxConcurrent !== undefined && seat.callsInFlight >= maxConcurrent) return false;
  return !seat.isProbed || !asksFirst(seat, ask);
}

/** Whether such a call has to find out, before others may follow, that a rest with a guessed end is over. */
export function asksFirst({ halfOpen }: Seat, { purpose, model }: Ask): boolean {
  if (halfOpen.size === 0 || purpose !== 'messages') return false;
  if (halfOpen.has('all')) return true;
  const family = familyOf(model);
  return family !== undefined && halfOpen.has(family);
}

/** Why the account, which stands like that, does not take a call of a session that is at home on it, in words. */
export function whyNot(seat: Seat, ask: Ask, standing: Standing, now: number): string {
  if (!belongs(seat, ask)) return 'not open to this caller';
  if (!fitsAny(seat.account.models, ask.model)) return 'does not allow the model';
  if (standing.is === 'switched-off') return 'switched off';
  if (standing.is === 'resting') return restWords(standing, now);
  if (standing.is !== 'ready') return standing.reason;
  if (hasRoom(seat, ask)) return 'struggled a moment ago';
  return asksFirst(seat, ask) ? 'waits for what its first call finds' : 'has as many calls as it may';
}
