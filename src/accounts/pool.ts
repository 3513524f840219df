import type { Clock } from '../base/clock.ts';
import { fitsAny } from '../base/pattern.ts';
import { nameKey, type Account, type AccountKind } from './account.ts';
import type { Ask, Barred, Choice, Left, Why } from './choice.ts';
import {
  asCandidate,
  belongs,
  firstStanding,
  hasRoom,
  heldBack,
  isAllowed,
  isSameStanding,
  reasonOf,
  renew,
  rest,
  seatFor,
  standingAt,
  takeLack,
  whyNot,
  type OnStanding,
  type Seat,
  type Seen,
} from './seat.ts';
import { best, byPriorityThenLoad } from './selection.ts';
import type { Sessions } from './sessions.ts';
import { avoidanceMs, type Lack, type Lesson, type Standing } from './standing.ts';

export type { Ask, Choice, Lease, Left, Why } from './choice.ts';
export type { OnStanding, Seen } from './seat.ts';

/** How soon an account that is at its most calls at once is worth another look (ms). */
const busyMs = 1_000;

/** The accounts behind the proxy: who stands where, who takes the next call. */
export class Pool {
  readonly #seats = new Map<string, Seat>();
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  /** Accounts that are not to be used for a while, though they could be. */
  readonly #barred: Barred;
  readonly #onStanding: OnStanding;
  /** The most that anybody was given, over its weight, when it was chosen: where newcomers begin. */
  #level = 0;
  #missing: ReadonlyMap<string, Lack> = new Map();

  constructor(
    clock: Clock,
    sessions: Sessions,
    onStanding: OnStanding = () => {},
    barred: Barred = () => undefined,
  ) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#onStanding = onStanding;
    this.#barred = barred;
  }

  /**
   * Takes the accounts as they are now; `missing` tells of those that have no good secret, and why. One whose
   * credential changed starts afresh; the others keep their standing.
   */
  refill(accounts: readonly Account[], missing: ReadonlyMap<string, Lack> = new Map()): void {
    const before = this.#missing;
    this.#missing = missing;
    const here = new Set(accounts.map(({ id }) => id));
    for (const id of this.#seats.keys()) {
      if (here.has(id)) continue;
      this.#seats.delete(id);
      this.#sessions.forget(id);
    }
    for (const account of accounts) {
      const seat = this.#seats.get(account.id);
      const first = this.#first(account);
      if (seat === undefined) {
        this.#seats.set(account.id, seatFor(account, first));
        continue;
      }
      if (seat.account.updatedAt !== account.updatedAt) renew(seat, account, first);
      const lack = missing.get(account.id);
      if (lack?.reason !== before.get(account.id)?.reason) takeLack(seat, lack !== undefined, first);
    }
    for (const seat of this.#seats.values()) this.#tell(seat);
  }

  /** How many accounts share the calls: enabled ones with a credential of their own. */
  get shared(): number {
    let count = 0;
    for (const { account } of this.#seats.values())
      if (account.enabled && account.kind !== 'passthrough') count += 1;
    return count;
  }

  /** Whether any pass-through account is switched on. */
  get passesThrough(): boolean {
    for (const { account } of this.#seats.values())
      if (account.enabled && account.kind === 'passthrough') return true;
    return false;
  }

  /** The kind of the account an id or a name means. */
  kindOf(idOrName: string): AccountKind | undefined {
    return this.#find(idOrName)?.account.kind;
  }

  /** The accounts a call may use that are not switched off, whether they are ready or not. */
  accountsFor(ask: Ask): Account[] {
    const seats = [...this.#seats.values()].filter((seat) => seat.account.enabled && belongs(seat, ask));
    return seats.map(({ account }) => account);
  }

  /** The account for the next attempt of a call; `tried` are the ids of earlier attempts. */
  choose(ask: Ask, tried: ReadonlySet<string>): Choice {
    const named = ask.pinned ?? ask.bound;
    if (named !== undefined) return this.#chooseNamed(ask, named, tried);
    const fitting = [...this.#seats.values()].filter((seat) => belongs(seat, ask));
    const able = fitting.filter((seat) => fitsAny(seat.account.models, ask.model));
    if (able.length === 0) return this.#nobody(ask, fitting.length > 0);
    const now = this.#clock.monotonic();
    const ready = able
      .filter(({ account }) => !tried.has(account.id))
      .filter((seat) => this.#isReady(seat, ask));
    const free = ready.filter((seat) => hasRoom(seat, ask)).map((seat) => asCandidate(seat, now));
    const home = this.homeOf(ask);
    const atHome = free.find(({ seat, isAvoided }) => seat.account.id === home && !isAvoided)?.seat;
    if (atHome !== undefined) {
      this.settle(ask, atHome.account);
      return this.#take(atHome, ask, 'session');
    }
    const chosen = best(free, byPriorityThenLoad)?.seat;
    if (chosen === undefined) return this.#allTaken(able, ask);
    // A home that is only full right now stays the home: its cache is warm, and others are done soon.
    const full = ready.find((seat) => seat.account.id === home && !hasRoom(seat, ask));
    // Of who was tried the attempt tells why.
    const left = tried.size > 0 ? undefined : this.#leftBy(ask, home);
    this.settle(ask, (full ?? chosen).account);
    this.#level = Math.max(this.#level, chosen.given);
    chosen.given = Math.max(chosen.given, this.#level - 1) + 1 / chosen.account.weight;
    return this.#take(chosen, ask, tried.size > 0 ? 'next' : 'free', left);
  }

  /** Learns from an attempt, made on the account as it was then (`on`). */
  report(accountId: string, lesson: Lesson, on?: Account): void {
    const seat = this.#seats.get(accountId);
    if (seat === undefined || seat.standing.is === 'switched-off') return;
    // What an earlier credential met with says nothing about the one that has taken its place.
    const isOver = on !== undefined && on.credentialAt !== seat.account.credentialAt;
    if (isOver && lesson.is !== 'fine') return;
    const now = this.#clock.now();
    switch (lesson.is) {
      case 'fine':
        seat.avoidedUntil = 0;
        seat.served += 1;
        return;
      case 'limited':
        if (lesson.family === undefined) rest(seat, lesson.until, lesson.reason, now);
        this.#tell(seat);
        return;
      case 'refused':
        seat.standing = { is: 'signed-out', since: now, reason: lesson.reason };
        this.#tell(seat);
        return;
      case 'struggling':
        seat.avoidedUntil = this.#clock.monotonic() + avoidanceMs;
    }
  }

  /** Forgets what was learned about an account: a person says it is well again. */
  heal(accountId: string): void {
    const seat = this.#seats.get(accountId);
    if (seat === undefined) return;
    Object.assign(seat, { standing: this.#first(seat.account), avoidedUntil: 0 });
    this.#tell(seat);
  }

  /** Every account, in the order they were added. */
  look(): Seen[] {
    const now = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    return [...this.#seats.values()].map((seat) => ({
      account: seat.account,
      standing: this.#standingFor(seat, 'messages', now),
      isAvoided: monotonic < seat.avoidedUntil,
      callsInFlight: seat.callsInFlight,
      served: seat.served,
      lastChosenAt: seat.lastChosenAt,
    }));
  }

  /** The id of the account that the session is on. */
  homeOf({ session }: Pick<Ask, 'session'>): string | undefined {
    return session === undefined ? undefined : this.#sessions.accountOf(session);
  }

  /** The session is at home on this account from now on. Counting tokens warms no cache and moves nobody. */
  settle({ session, purpose }: Pick<Ask, 'session' | 'purpose'>, { id }: Pick<Account, 'id'>): void {
    if (session !== undefined && purpose !== 'counting') this.#sessions.bind(session, id);
  }

  /** Whether some account could take a call right now. */
  get canServe(): boolean {
    return this.look().some(({ standing }) => standing.is === 'ready');
  }

  #tell(seat: Seat): void {
    if (isSameStanding(seat.told, seat.standing)) return;
    seat.told = seat.standing;
    this.#onStanding(seat.account, seat.standing);
  }

  #chooseNamed(ask: Ask, named: string, tried: ReadonlySet<string>): Choice {
    const seat = this.#find(named);
    if (seat === undefined || !isAllowed(seat.account, ask.allowed)) return { is: 'unknown' };
    const { account } = seat;
    const { id, name } = account;
    if (account.kind === 'passthrough' && !ask.own) return { is: 'none', because: 'empty' };
    if (account.kind !== 'passthrough' && ask.own && ask.pinned === undefined) return { is: 'unknown' };
    if (!fitsAny(account.models, ask.model)) return { is: 'none', because: 'model' };
    const now = this.#clock.now();
    const standing = this.#standingFor(seat, ask.purpose, now);
    if (standing.is === 'resting') return { is: 'limited', readyAt: standing.until, name };
    if (standing.is !== 'ready') return { is: 'unavailable', name, reason: reasonOf(standing) };
    if (tried.has(id)) return { is: 'limited', readyAt: undefined, name };
    if (!hasRoom(seat, ask)) return { is: 'limited', readyAt: now + busyMs, name };
    return this.#take(seat, ask, ask.pinned === undefined ? 'object' : 'pinned');
  }

  #first(account: Account): Standing {
    const lack = this.#missing.get(account.id);
    return firstStanding(account, lack && { since: this.#clock.now(), ...lack });
  }

  #find(idOrName: string): Seat | undefined {
    const byId = this.#seats.get(idOrName);
    if (byId !== undefined) return byId;
    const name = nameKey(idOrName);
    for (const seat of this.#seats.values()) if (nameKey(seat.account.name) === name) return seat;
    return undefined;
  }

  #leftBy(ask: Ask, home: string | undefined): Left | undefined {
    const seat = home === undefined || ask.purpose === 'counting' ? undefined : this.#seats.get(home);
    if (seat === undefined) return undefined;
    const now = this.#clock.now();
    const standing = this.#standingFor(seat, ask.purpose, now);
    return { account: seat.account, reason: whyNot(seat, ask, standing) };
  }

  #isReady(seat: Seat, { purpose }: Ask): boolean {
    return this.#standingFor(seat, purpose, this.#clock.now()).is === 'ready';
  }

  /** Where an account stands for calls of this sort: only messages are held back by a bar. */
  #standingFor(seat: Seat, purpose: Ask['purpose'], now: number): Standing {
    return heldBack(
      standingAt(seat, now),
      purpose === 'messages' ? this.#barred(seat.account.id) : undefined,
      now,
    );
  }

  #nobody(ask: Ask, someFit: boolean): Choice {
    if (someFit) return { is: 'none', because: 'model' };
    const others = [...this.#seats.values()].some(
      ({ account }) => (account.kind === 'passthrough') === ask.own,
    );
    return { is: 'none', because: others ? 'not-allowed' : 'empty' };
  }

  /** Nobody of `able` is free: when the first of them will be. */
  #allTaken(able: readonly Seat[], ask: Ask): Choice {
    const now = this.#clock.now();
    const moments: number[] = [];
    let areAllOut = true;
    for (const seat of able) {
      const standing = this.#standingFor(seat, ask.purpose, now);
      if (standing.is === 'resting') moments.push(standing.until);
      else if (standing.is === 'ready' && !hasRoom(seat, ask)) moments.push(now + busyMs);
      if (standing.is === 'resting' || standing.is === 'ready') areAllOut = false;
    }
    if (!areAllOut)
      return { is: 'limited', readyAt: moments.length === 0 ? undefined : Math.min(...moments) };
    const [first] = able;
    const reason = reasonOf(first?.standing);
    const only = able.length === 1 ? first : undefined;
    return { is: 'unavailable', reason, ...(only && { name: only.account.name }) };
  }

  #take(seat: Seat, ask: Ask, why: Why, left?: Left): Choice {
    let isHeld = ask.purpose !== 'counting';
    if (isHeld) seat.callsInFlight += 1;
    seat.lastChosenAt = this.#clock.now();
    const release = (): void => {
      if (isHeld) seat.callsInFlight -= 1;
      isHeld = false;
    };
    return { is: 'account', account: seat.account, why, lease: { release }, ...(left && { left }) };
  }
}
