import type { Clock } from '../base/clock.ts';
import { fitsAny } from '../base/pattern.ts';
import { nameKey, type Account, type AccountKind } from './account.ts';
import { best, byPriorityThenLoad, type Candidate } from './selection.ts';
import type { Sessions } from './sessions.ts';
import { avoidanceMs, longestRestMs, type Lesson, type Standing } from './standing.ts';

/** What a call asks of the pool. */
export interface Ask {
  /** `counting` stands outside limits: it neither waits for room nor takes it. */
  readonly purpose: 'messages' | 'counting' | 'other';
  readonly model?: string | undefined;
  readonly session?: string | undefined;
  /** The account that made an object the call names: nobody else can serve it. */
  readonly bound?: string | undefined;
  /** An account the caller chose by id or name. */
  readonly pinned?: string | undefined;
  /** Ids or names the caller may use; undefined for all. */
  readonly allowed?: readonly string[] | undefined;
  /** The call brings its own upstream credential: only pass-through accounts, and no other after them. */
  readonly own: boolean;
}

/** Why this account. */
export type Why = 'session' | 'object' | 'pinned' | 'free' | 'next';

export type Choice =
  | { readonly is: 'account'; readonly account: Account; readonly why: Why; readonly lease: Lease }
  /** No account of that id or name (pinned), or the object's account is gone (bound). */
  | { readonly is: 'unknown' }
  /** There are accounts, but each is resting, at its most calls at once, or tried. */
  | { readonly is: 'limited'; readonly readyAt: number | undefined; readonly name?: string }
  /** Every account that would fit is signed out or switched off. */
  | { readonly is: 'unavailable'; readonly name?: string; readonly reason?: string }
  /** No account is set up for such a call, or none for this model. */
  | { readonly is: 'none'; readonly because: 'empty' | 'model' | 'not-allowed' };

/** A place taken on an account; `release` gives it back, once. */
export interface Lease {
  release(): void;
}

interface Seat {
  account: Account;
  standing: Standing;
  avoidedUntil: number;
  callsInFlight: number;
  lastChosenAt: number;
  served: number;
}

/** An account as `status` shows it. */
export interface Seen {
  readonly account: Account;
  readonly standing: Standing;
  readonly isAvoided: boolean;
  readonly callsInFlight: number;
  readonly served: number;
  readonly lastChosenAt: number | undefined;
}

/** The accounts behind the proxy: who stands where, who takes the next call. */
export class Pool {
  readonly #seats = new Map<string, Seat>();
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  #turn = 0;

  constructor(clock: Clock, sessions: Sessions) {
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Takes the accounts as they are now. One whose settings or secret changed starts afresh; the others keep their standing. */
  refill(accounts: readonly Account[]): void {
    const here = new Set(accounts.map(({ id }) => id));
    for (const id of this.#seats.keys()) {
      if (here.has(id)) continue;
      this.#seats.delete(id);
      this.#sessions.forget(id);
    }
    for (const account of accounts) {
      const seat = this.#seats.get(account.id);
      const standing: Standing = account.enabled ? { is: 'ready' } : { is: 'switched-off' };
      if (seat === undefined) {
        this.#seats.set(account.id, {
          account,
          standing,
          avoidedUntil: 0,
          callsInFlight: 0,
          lastChosenAt: 0,
          served: 0,
        });
      } else if (seat.account.updatedAt !== account.updatedAt) {
        Object.assign(seat, { account, standing, avoidedUntil: 0 });
      }
    }
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
    const now = this.#clock.now();
    const free = able.filter(
      (seat) => !tried.has(seat.account.id) && this.#isReady(seat, now) && hasRoom(seat, ask),
    );
    const home = ask.session === undefined ? undefined : this.#sessions.accountOf(ask.session);
    const atHome = free.find((seat) => seat.account.id === home && now >= seat.avoidedUntil);
    const chosen =
      atHome ??
      best(
        free.map((seat) => asCandidate(seat, now)),
        byPriorityThenLoad,
      )?.seat;
    if (chosen === undefined) return this.#allTaken(able, now);
    if (ask.session !== undefined && ask.purpose === 'messages')
      this.#sessions.bind(ask.session, chosen.account.id);
    return this.#take(chosen, ask, atHome === undefined ? (tried.size > 0 ? 'next' : 'free') : 'session');
  }

  /** Learns from an attempt. */
  report(accountId: string, lesson: Lesson): void {
    const seat = this.#seats.get(accountId);
    if (seat === undefined || seat.standing.is === 'switched-off') return;
    const now = this.#clock.now();
    switch (lesson.is) {
      case 'fine':
        seat.avoidedUntil = 0;
        seat.served += 1;
        return;
      case 'limited': {
        const until = Math.min(Math.max(lesson.until, now + 1_000), now + longestRestMs);
        seat.standing = { is: 'resting', since: now, until, reason: lesson.reason };
        return;
      }
      case 'refused':
        seat.standing = { is: 'signed-out', since: now, reason: lesson.reason };
        return;
      case 'struggling':
        seat.avoidedUntil = now + avoidanceMs;
    }
  }

  /** Forgets what was learned about an account: a person says it is well again. */
  heal(accountId: string): void {
    const seat = this.#seats.get(accountId);
    if (seat?.account.enabled === true) Object.assign(seat, { standing: { is: 'ready' }, avoidedUntil: 0 });
  }

  /** Every account, in the order they were added. */
  look(): Seen[] {
    const now = this.#clock.now();
    return [...this.#seats.values()].map((seat) => ({
      account: seat.account,
      standing: this.#isReady(seat, now) ? { is: 'ready' } : seat.standing,
      isAvoided: now < seat.avoidedUntil,
      callsInFlight: seat.callsInFlight,
      served: seat.served,
      lastChosenAt: seat.lastChosenAt === 0 ? undefined : seat.lastChosenAt,
    }));
  }

  /** Whether some account could take a call right now. */
  get canServe(): boolean {
    return this.look().some(({ standing }) => standing.is === 'ready');
  }

  #chooseNamed(ask: Ask, named: string, tried: ReadonlySet<string>): Choice {
    const seat = this.#find(named);
    if (seat === undefined || !isAllowed(seat.account, ask.allowed)) return { is: 'unknown' };
    const { account, standing } = seat;
    const now = this.#clock.now();
    if (account.kind === 'passthrough' && !ask.own) return { is: 'none', because: 'empty' };
    if (account.kind !== 'passthrough' && ask.own && ask.pinned === undefined) return { is: 'unknown' };
    if (!this.#isReady(seat, now)) {
      if (standing.is === 'resting') return { is: 'limited', readyAt: standing.until, name: account.name };
      const reason = standing.is === 'signed-out' ? standing.reason : 'it is switched off';
      return { is: 'unavailable', name: account.name, reason };
    }
    if (tried.has(account.id)) return { is: 'limited', readyAt: undefined, name: account.name };
    if (!hasRoom(seat, ask)) return { is: 'limited', readyAt: now + 1_000, name: account.name };
    return this.#take(seat, ask, ask.pinned === undefined ? 'object' : 'pinned');
  }

  #find(idOrName: string): Seat | undefined {
    const byId = this.#seats.get(idOrName);
    if (byId !== undefined) return byId;
    const name = nameKey(idOrName);
    for (const seat of this.#seats.values()) if (nameKey(seat.account.name) === name) return seat;
    return undefined;
  }

  /** A rest that is over ends here, lazily. */
  #isReady(seat: Seat, now: number): boolean {
    if (seat.standing.is === 'resting' && now >= seat.standing.until) seat.standing = { is: 'ready' };
    return seat.standing.is === 'ready';
  }

  #nobody(ask: Ask, someFit: boolean): Choice {
    if (someFit) return { is: 'none', because: 'model' };
    const others = [...this.#seats.values()].some(
      ({ account }) => (account.kind === 'passthrough') === ask.own,
    );
    return { is: 'none', because: others ? 'not-allowed' : 'empty' };
  }

  #allTaken(able: readonly Seat[], now: number): Choice {
    const resting = able.flatMap(({ standing }) => (standing.is === 'resting' ? [standing.until] : []));
    const busy = able.some((seat) => this.#isReady(seat, now));
    if (resting.length === 0 && !busy) {
      const [only] = able;
      const reason = only?.standing.is === 'signed-out' ? only.standing.reason : 'switched off';
      return {
        is: 'unavailable',
        ...(able.length === 1 && only !== undefined && { name: only.account.name }),
        reason,
      };
    }
    return {
      is: 'limited',
      readyAt: resting.length > 0 ? Math.min(...resting) : busy ? now + 1_000 : undefined,
    };
  }

  #take(seat: Seat, ask: Ask, why: Why): Choice {
    const counts = ask.purpose !== 'counting';
    if (counts) seat.callsInFlight += 1;
    // A counter, not the time: two choices within one millisecond still alternate.
    this.#turn += 1;
    seat.lastChosenAt = this.#clock.now() + this.#turn / 1e6;
    let held = counts;
    const release = (): void => {
      if (held) seat.callsInFlight -= 1;
      held = false;
    };
    return { is: 'account', account: seat.account, why, lease: { release } };
  }
}

function belongs({ account }: Seat, ask: Ask): boolean {
  return (account.kind === 'passthrough') === ask.own && isAllowed(account, ask.allowed);
}

function isAllowed(account: Account, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const name = nameKey(account.name);
  return allowed.some((one) => one === account.id || nameKey(one) === name);
}

function hasRoom({ account, callsInFlight }: Seat, ask: Ask): boolean {
  return (
    ask.purpose === 'counting' || account.maxConcurrent === undefined || callsInFlight < account.maxConcurrent
  );
}

function asCandidate(seat: Seat, now: number): Candidate & { seat: Seat } {
  return {
    seat,
    id: seat.account.id,
    priority: seat.account.priority,
    weight: seat.account.weight,
    callsInFlight: seat.callsInFlight,
    isAvoided: now < seat.avoidedUntil,
    lastChosenAt: seat.lastChosenAt,
  };
}
