import type { Account } from '../accounts/account.ts';
import type { Ask, Choice, Hindrance } from '../accounts/choice.ts';
import { foundWords } from '../accounts/early.ts';
import type { Cached } from '../accounts/sessions.ts';
import type { Look } from '../accounts/queue.ts';
import type { Lesson } from '../accounts/standing.ts';
import type { Lane } from '../accounts/turns.ts';
import { header } from '../http/headers.ts';
import type { Chooser } from './chooser.ts';
import type { Gateway } from './gateway.ts';
import type { Work } from './work.ts';

/** What of the gateway decides how long a call waits. */
type Around = Pick<Gateway, 'pool' | 'settings' | 'pricing' | 'clock' | 'log'>;

/** What of a call decides about it. */
export type Waiting = Pick<Work, 'ask' | 'lane' | 'onWait'> & {
  readonly call: Pick<Work['call'], 'headers' | 'signal'>;
};

/** How long a call would wait for each sort of thing (ms). */
interface Limits {
  readonly restMs: number;
  readonly roomMs: number;
}

/**
 * How long a call waits, and for whom. The pool chooses at once, by what it knows; this is what stands around it: a
 * call that finds nobody waits for room or the end of a limit, and a call whose session would lose its cache
 * elsewhere waits for the account of that. Only who gets an account in its turn takes it, so nobody overtakes.
 */
export class Patience implements Chooser {
  readonly #work: Waiting;
  readonly #around: Around;
  /** Who is not to be asked (any more). */
  readonly #tried = new Set<string>();
  /** Who was at a limit of which the end is known: asked once more after that. */
  readonly #wereLimited = new Set<string>();
  /** Whom it asked last. */
  #asked: string | undefined;
  /** What the session had in a cache when the call came. */
  #cached: Cached | undefined;
  #hasCome = false;
  #waitedMs = 0;
  /** Who is asked, since nobody is left, whether its limit still holds: one in a call. */
  #early: Account | undefined;
  /** Whether room on the account of the session may come soon; decided when the call comes. */
  #hopesForRoom: boolean | undefined;

  constructor(work: Waiting, around: Around) {
    this.#work = work;
    this.#around = around;
  }

  get tokensAtHome(): number | undefined {
    return this.#cached?.tokens;
  }

  asks(accountId: string): void {
    this.#asked = accountId;
    this.#tried.add(accountId);
  }

  learns(account: Account, lesson: Lesson): void {
    this.#around.pool.report(account.id, lesson, account, this.#work.ask.model);
    this.heard(account.id, lesson);
  }

  /** Who is only asked has nothing of the session in its cache. Another call may have moved it meanwhile. */
  ends(isServed: boolean, home: Pick<Account, 'id'> | undefined): void {
    const { pool } = this.#around;
    const { ask } = this.#work;
    if (!isServed && home !== undefined && pool.homeOf(ask) === this.#asked) pool.settle(ask, home);
  }

  /** What an account that was asked has learned from it. */
  heard(accountId: string, lesson: Lesson): void {
    if (accountId === this.#early?.id)
      this.#around.log.info('account asked again early', {
        account: this.#early.name,
        found: foundWords(lesson),
      });
    if (lesson.is !== 'limited' || lesson.isGuess === true || this.#wereLimited.has(accountId)) return;
    this.#wereLimited.add(accountId);
    this.#tried.delete(accountId);
  }

  next(): Choice | Promise<Choice> {
    const { pool, settings } = this.#around;
    const { queue } = pool;
    const { ask } = this.#work;
    if (!this.#hasCome) this.#cached = pool.cachedOf(ask);
    this.#hasCome = true;
    if (ask.purpose === 'counting' || !queue.isOpen) return pool.choose(ask, this.#tried);
    if (queue.size === 0) {
      const seen = this.#look(this.#waitedMs, undefined);
      if (seen.is !== 'wait') return seen.what;
    }
    const { lane = nobodysLane } = this.#work;
    const isLong = queue.size >= settings().routing.maxWaiting;
    if (isLong && !queue.makeRoom(lane)) return pool.choose(ask, this.#tried);
    return this.#inLine();
  }

  async #inLine(): Promise<Choice> {
    const { pool, clock } = this.#around;
    const { call, onWait, lane = nobodysLane } = this.#work;
    const began = clock.monotonic();
    let hasWaited = false;
    const look = (isLast: boolean): Look<Choice> => {
      if (isLast) return found(pool.choose(this.#work.ask, this.#tried));
      const seen = this.#look(this.#waitedMs + clock.monotonic() - began, pool.queue.gapMs);
      hasWaited ||= seen.is === 'wait';
      return seen;
    };
    try {
      return await pool.queue.wait(lane, look, call.signal);
    } finally {
      const ms = clock.monotonic() - began;
      if (hasWaited) {
        this.#waitedMs += ms;
        onWait?.(ms);
      }
    }
  }

  #look(waitedMs: number, gapMs: number | undefined): Look<Choice> {
    const { pool } = this.#around;
    const ask = gapMs === undefined ? this.#work.ask : { ...this.#work.ask, gapMs };
    const homeMs = this.#untilHome(ask, waitedMs);
    if (homeMs !== undefined) return { is: 'wait', ms: homeMs };
    const what = pool.choose(ask, this.#tried);
    if (what.is !== 'limited') return found(what);
    const ms = this.#untilAnybody(what.awaits, waitedMs);
    return ms === undefined
      ? found(this.#early === undefined ? this.#askEarly(ask, what) : what)
      : { is: 'wait', ms };
  }

  /** Waiting is no use, so the call is refused, unless there is a limit of which nobody has heard for a while. */
  #askEarly(ask: Ask, refusal: Choice): Choice {
    const choice = this.#around.pool.choose({ ...ask, mayAskEarly: true }, this.#tried);
    if (choice.is !== 'account') return refusal;
    if (choice.why === 'early') this.#early = choice.account;
    return choice;
  }

  /** How long from now the account of the session is worth waiting for (ms); undefined where the call had better go. */
  #untilHome(ask: Ask, waitedMs: number): number | undefined {
    const { pool } = this.#around;
    if (ask.purpose !== 'messages' || ask.session === undefined) return undefined;
    if (ask.pinned !== undefined || ask.bound !== undefined) return undefined;
    const awaits = pool.homeAwaits(ask, this.#tried);
    if (awaits === undefined) return undefined;
    // Beyond one call for each place it takes too long until one is free.
    if (awaits.is === 'room') this.#hopesForRoom ??= pool.queue.size < awaits.places;
    const restMs = this.#worthMs();
    if (restMs === 0) return undefined;
    return this.#within(awaits, waitedMs, { restMs, roomMs: this.#hopesForRoom === true ? restMs : 0 });
  }

  /** How long from now it is worth waiting where nobody can serve (ms). */
  #untilAnybody(awaits: Hindrance | undefined, waitedMs: number): number | undefined {
    const { maxWaitSeconds, queueSeconds } = this.#around.settings().routing;
    // Who names an account wants to hear how it stands.
    if (awaits === undefined || (awaits.is === 'rest' && this.#work.ask.pinned !== undefined))
      return undefined;
    return this.#within(awaits, waitedMs, { restMs: maxWaitSeconds * 1000, roomMs: queueSeconds * 1000 });
  }

  #within(awaits: Hindrance, waitedMs: number, { restMs, roomMs }: Limits): number | undefined {
    const { pool, clock } = this.#around;
    const mostMs = standsMs(this.#work);
    switch (awaits.is) {
      case 'turn':
        // It has waited for this; what is left depends on those in front of it alone.
        return waitedMs < mostMs ? pool.queue.gapMs : undefined;
      case 'room': {
        const left = Math.min(roomMs, mostMs) - waitedMs;
        return left > 0 ? left : undefined;
      }
      case 'rest': {
        const needs = Math.max(1, awaits.until - clock.now());
        return waitedMs + needs <= Math.min(restMs, mostMs) ? needs : undefined;
      }
    }
  }

  /** For how long waiting costs less than to leave what the session has in its account's cache (ms). */
  #worthMs(): number {
    const { pool, pricing, settings, clock } = this.#around;
    const { maxWaitSeconds, waitedSecondUsd } = settings().routing;
    const { ask } = this.#work;
    const cached = pool.cachedOf(ask);
    if (cached === undefined || pricing === undefined) return 0;
    const microUsd = pricing.moveCost(cached.tokens, ask.model, clock.now(), cached.keptFor);
    const worthSeconds = microUsd <= 0 ? 0 : microUsd / 1e6 / waitedSecondUsd;
    return Math.min(worthSeconds, maxWaitSeconds) * 1000;
  }
}

const nobodysLane: Lane = { client: 'local' };

function found(what: Choice): Look<Choice> {
  return { is: what.is === 'account' ? 'found' : 'given-up', what };
}

/** What a client stands (ms): it may tell when it gives up, and the answer needs its time too. */
function standsMs({ call }: Waiting): number {
  const seconds = Number(header(call.headers, 'x-stainless-timeout'));
  return seconds > 0 ? (seconds * 1000) / 2 : Number.POSITIVE_INFINITY;
}
