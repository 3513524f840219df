import type { Clock } from '../base/clock.ts';
import type { Account, AccountKind } from './account.ts';
import type { Ask, Barred, Choice, Hindrance, Left, Why } from './choice.ts';
import { familyOf } from './family.ts';
import { hindranceOf } from './hindrance.ts';
import { atHome, leftBy } from './homes.ts';
import { areAlike, learn } from './learn.ts';
import { leaseOn } from './lease.ts';
import { noMemory, type Memory } from './memory.ts';
import { refusalOf } from './named.ts';
import { nobody } from './nobody.ts';
import { whileNobodyIsReady } from './nobody-ready.ts';
import { policies } from './policies/all.ts';
import { Queue } from './queue.ts';
import { familyRestsAt, restsForFamily } from './rests.ts';
import { defaultRoutes, priceFactors, type Routes } from './routes.ts';
import {
  asksFirst,
  belongs,
  firstStanding,
  heal,
  isAllowed,
  isSameStanding,
  renew,
  seatOf,
  seatRecalled,
  seenOf,
  takeLack,
  type OnStanding,
  type Seat,
  type Seen,
} from './seat.ts';
import type { Cached, Sessions } from './sessions.ts';
import { momentOn, type Lack, type Lesson, type Standing } from './standing.ts';
import { homeIs, standingsUnder, survey, type Survey, type View } from './survey.ts';

export type { Ask, Choice, Lease, Left, Why } from './choice.ts';
export type { OnStanding, Seen } from './seat.ts';

const anybody: Ask = { purpose: 'messages', own: false };

/** The accounts behind the proxy: who stands where, who takes the next call. */
export class Pool {
  /** Calls that wait for an account; it hears of all that may let one go. */
  readonly queue: Queue;
  readonly #seats = new Map<string, Seat>();
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  /** Some are not to be used for a while, though they could be. */
  readonly #standings: ReturnType<typeof standingsUnder>;
  readonly #onStanding: OnStanding;
  readonly #memory: Memory;
  #routes: Routes = defaultRoutes;
  /** The most that anybody was given, over its share: where newcomers begin. */
  #level = 0;
  #shared = 0;
  #passesThrough = false;
  #missing: ReadonlyMap<string, Lack> = new Map();

  constructor(
    clock: Clock,
    sessions: Sessions,
    onStanding: OnStanding = () => {},
    barred: Barred = () => undefined,
    memory: Memory = noMemory,
  ) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#onStanding = onStanding;
    this.#standings = standingsUnder(barred);
    this.#memory = memory;
    this.queue = new Queue(clock);
  }

  /** Takes other ways of choosing for what comes. */
  follow(routes: Routes): void {
    this.#routes = routes;
    this.#setPrices();
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
        this.#seats.set(account.id, seatRecalled(account, first, this.#memory));
        continue;
      }
      if (seat.account.updatedAt !== account.updatedAt) renew(seat, account, first);
      const lack = missing.get(account.id);
      if (lack?.reason !== before.get(account.id)?.reason) takeLack(seat, lack !== undefined, first);
    }
    const passing = accounts.filter(({ enabled, kind }) => enabled && kind === 'passthrough').length;
    this.#shared = accounts.filter(({ enabled }) => enabled).length - passing;
    this.#passesThrough = passing > 0;
    this.#setPrices();
    for (const seat of this.#seats.values()) this.#note(seat);
    this.queue.stir();
  }

  /** How many accounts share the calls: enabled ones with a credential of their own. Each call asks, some thrice. */
  get shared(): number {
    return this.#shared;
  }

  /** Whether any pass-through account is switched on. */
  get passesThrough(): boolean {
    return this.#passesThrough;
  }

  /** The kind of the account an id or a name means. */
  kindOf(idOrName: string): AccountKind | undefined {
    return seatOf(this.#seats, idOrName)?.account.kind;
  }

  /** The accounts a call may use that are not switched off, whether they are ready or not. */
  accountsFor(ask: Ask): Account[] {
    const seats = [...this.#seats.values()].filter((seat) => seat.account.enabled && belongs(seat, ask));
    return seats.map(({ account }) => account);
  }

  /** The account for the next attempt of a call; `tried` are the ids of earlier attempts. */
  choose(asked: Ask, tried: ReadonlySet<string>): Choice {
    const named = asked.pinned ?? asked.bound;
    if (named !== undefined) return this.#chooseNamed(asked, named, tried);
    const seat = this.#homeOf(asked);
    const ask = atHome(asked, seat);
    const view = this.#viewFor(ask, tried);
    const home = ask === asked ? seat : this.#homeOf(ask);
    const back = home === undefined ? undefined : this.#wayBack(view);
    if (home !== undefined && back !== undefined)
      return this.#stay(back, ask, { account: home.account, reason: 'back to its warm cache' });
    const stay = home === undefined ? 'closed' : homeIs(home, view);
    if (home !== undefined && stay === 'open') return this.#stay(home, ask);
    const found = survey(this.#seats.values(), view);
    // Who struggles is left for another, unless that struggles as well.
    const isNoneBetter = found.best?.candidate.isAvoided !== false;
    if (home !== undefined && stay === 'avoided' && isNoneBetter) return this.#stay(home, ask);
    // A home that is only full right now, or rests for this model alone, stays the home: its cache is warm.
    const isKept = home !== undefined && (stay === 'full' || restsForFamily(home, view, view.family));
    return this.#chooseFreely(view, found, home ?? seat, isKept);
  }

  /** What keeps the session's own account from taking the call, where that is over by itself. */
  homeAwaits(asked: Ask, tried: ReadonlySet<string>): Hindrance | undefined {
    const seat = this.#homeOf(asked);
    const ask = atHome(asked, seat);
    const home = ask === asked ? seat : this.#homeOf(ask);
    if (home === undefined) return undefined;
    const view = this.#viewFor(ask, tried);
    // Where it may go back it has another warm cache.
    return this.#wayBack(view) === undefined ? hindranceOf(home, view) : undefined;
  }

  /** What the session has in the prompt cache of the account it is on, while that is warm. */
  cachedOf(ask: Ask): Cached | undefined {
    return this.#sessions.cachedOf(this.#atHome(ask).session ?? '');
  }

  /** Learns from an attempt, made on the account as it was then (`on`), with a call for `model`. */
  report(accountId: string, lesson: Lesson, on?: Account, model?: string): void {
    const seat = this.#seats.get(accountId);
    if (seat === undefined || seat.standing.is === 'switched-off') return;
    // What an earlier credential met with, or an earlier upstream, says nothing about what has taken its place.
    if (lesson.is !== 'fine' && on !== undefined && !areAlike(on, seat.account)) return;
    if (learn(seat, lesson, momentOn(this.#clock), familyOf(model))) this.#tell(seat);
  }

  /** A person says that an account is well again: what was learned of it is forgotten. */
  heal(accountId: string): void {
    const seat = this.#seats.get(accountId);
    if (seat !== undefined) this.#tell(heal(seat, this.#first(seat.account), this.#clock.monotonic()));
  }

  /** Every account, in the order they were added. */
  look(): Seen[] {
    const at = momentOn(this.#clock);
    const view = { ask: anybody, family: undefined, ...at };
    return [...this.#seats.values()].map((seat) =>
      seenOf(seat, this.#standings.standingOf(seat, view), familyRestsAt(seat, at), at.monotonic),
    );
  }

  /** The id of the account that the session is on. */
  homeOf({ session }: Pick<Ask, 'session'>): string | undefined {
    return session === undefined ? undefined : this.#sessions.accountOf(session);
  }

  /** The session is at home on this account from now on. Counting tokens warms no cache and moves nobody. */
  settle(ask: Ask, account: Pick<Account, 'id'>): void {
    this.#bind(this.#atHome(ask), account);
  }

  /** Who would get a call of a new session right now, whatever its model. */
  get next(): Account | undefined {
    return survey(this.#seats.values(), this.#viewFor(anybody, new Set())).best?.account;
  }

  #setPrices(): void {
    const factorOf = priceFactors(this.#routes.priceFactors);
    for (const seat of this.#seats.values()) seat.priceFactor = factorOf(seat.account);
  }

  #tell(seat: Seat): void {
    this.#note(seat);
    this.queue.stir();
  }

  #note(seat: Seat): void {
    this.#memory.keep(seat.account, { standing: seat.standing, familyRests: [...seat.familyRests.values()] });
    if (isSameStanding(seat.told, seat.standing)) return;
    seat.told = seat.standing;
    this.#onStanding(seat.account, seat.standing);
  }

  #atHome(ask: Ask): Ask {
    return atHome(ask, this.#homeOf(ask));
  }

  #bind({ session, purpose }: Ask, { id }: Pick<Account, 'id'>): void {
    if (session !== undefined && purpose !== 'counting') this.#sessions.bind(session, id);
  }

  #stay(home: Seat, ask: Ask, left?: Left): Choice {
    this.#bind(ask, home.account);
    return this.#take(home, ask, 'session', left);
  }

  #chooseFreely(view: View, found: Survey, from: Seat | undefined, isKept: boolean): Choice {
    const { ask, tried } = view;
    const chosen = found.best ?? whileNobodyIsReady(this.#seats.values(), view);
    if (chosen === undefined) return nobody([...this.#seats.values()], found, view);
    // Of who was tried the attempt tells why.
    const left = tried.size > 0 || from === undefined ? undefined : leftBy(from, view);
    this.#bind(ask, (isKept && from !== undefined ? from : chosen).account);
    this.#level = Math.max(this.#level, chosen.given);
    chosen.given = Math.max(chosen.given, this.#level - 1) + 1 / view.policy.shareOf(chosen.candidate);
    const why = tried.size > 0 ? 'next' : 'free';
    const isEarly = found.best === undefined && ask.mayAskEarly === true;
    return this.#take(chosen, ask, isEarly ? 'early' : why, left, found.best === undefined);
  }

  #chooseNamed(ask: Ask, named: string, tried: ReadonlySet<string>): Choice {
    const seat = seatOf(this.#seats, named);
    if (seat === undefined || !isAllowed(seat, ask.allowed)) return { is: 'unknown' };
    const refusal = refusalOf(seat, this.#viewFor(ask, tried));
    return refusal ?? this.#take(seat, ask, ask.pinned === undefined ? 'object' : 'pinned');
  }

  #first(account: Account): Standing {
    const lack = this.#missing.get(account.id);
    return firstStanding(account, lack && { since: this.#clock.now(), ...lack });
  }

  #homeOf(ask: Ask): Seat | undefined {
    return this.#seats.get(this.homeOf(ask) ?? '');
  }

  /** The account that the session had to leave, where that can serve again and its cache there is still warm. */
  #wayBack(view: View): Seat | undefined {
    const { session = '', purpose } = view.ask;
    const seat = purpose === 'messages' ? this.#seats.get(this.#sessions.leftBy(session) ?? '') : undefined;
    return seat !== undefined && homeIs(seat, view) === 'open' ? seat : undefined;
  }

  #viewFor(ask: Ask, tried: ReadonlySet<string>): View {
    const { policy, softLimit } = this.#routes;
    const { standingOf, isBarred } = this.#standings;
    return {
      ask,
      tried,
      family: familyOf(ask.model),
      policy: policies[policy],
      softLimit,
      now: this.#clock.now(),
      monotonic: this.#clock.monotonic(),
      standingOf,
      isBarred,
    };
  }

  #take(seat: Seat, ask: Ask, why: Why, left?: Left, asProbe = false): Choice {
    const isProbe = (asProbe && ask.purpose === 'messages') || asksFirst(seat, ask);
    const onRelease = (): void => this.queue.stir(1);
    const lease = leaseOn(seat, ask, { isProbe, now: this.#clock.now(), onRelease });
    return { is: 'account', account: seat.account, why, lease, ...(left && { left }) };
  }
}
