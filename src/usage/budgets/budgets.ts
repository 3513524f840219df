import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type Amount, nothing, sum } from './amount.ts';
import { type Cap, fullest, isUsedUp, lastToReset } from './cap.ts';
import { capHeaders } from './cap-headers.ts';
import { chargeOf } from './charge.ts';
import { type Asked, Expectations, type PriceOf } from './expectation.ts';
import { type Held, Hold, type Settled } from './hold.ts';
import { type Flying, InFlight } from './in-flight.ts';
import { Notices } from './notices.ts';
import type { Period } from './period.ts';
import { accountSubject, keySubject, type Pot, Pots, type PotsInput, total } from './pots.ts';
import type { Spend } from './spend.ts';
import { type UsageView, usageView } from './usage-view.ts';

export interface BudgetsOptions {
  readonly spend: Spend;
  readonly priceOf: PriceOf;
  readonly clock: Clock;
  readonly log: Log;
  /** What happens to callers with a hard budget while nobody can tell what they have spent. */
  readonly whenUnreadable: () => 'open' | 'closed';
}

/** Whether a call may go on. */
export type Admission =
  /** Settle the hold when the call is over. */
  | { readonly is: 'admitted'; readonly hold: Held }
  | { readonly is: 'used-up'; readonly cap: Cap }
  /** There is something left, but the calls that are running may need it. */
  | { readonly is: 'spoken-for'; readonly cap: Cap }
  /** Nobody can tell, and the settings say that nobody is served then. */
  | { readonly is: 'unreadable' };

/** Why an account takes no further call. */
export interface AccountBar {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
  /** The budget that is used up; undefined where what is left may be needed by calls that are running. */
  readonly cap: Cap | undefined;
}

/** A budget of an account as a window of it: the used share, and when it begins anew (ms since the epoch). */
export interface BudgetWindow {
  readonly window: string;
  readonly kind: 'period';
  /** For all models. */
  readonly family: undefined;
  readonly used: number;
  readonly readAt: number;
  readonly resetAt: number;
}

const noWindows: readonly BudgetWindow[] = [];

/** A budget as it stands: for `status`, metrics and the page. */
export interface SeenBudget extends Cap {
  /** What the running calls may come to, in the unit of the limit. */
  readonly held: number;
  readonly callsInFlight: number;
}

/** How soon what is spoken for is worth another try (ms). */
export const spokenForMs = 2_000;

/**
 * What may be spent, by whom: decides before a call goes out, counts when it is over. One call is always let
 * through while anything is left, so what runs past a limit is what calls cost beyond their expectation.
 */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #flying = new InFlight();
  readonly #expectations: Expectations;
  readonly #notices: Notices;
  #pots = new Pots({ budgets: new Map(), keys: [], accounts: [] });

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#expectations = new Expectations(options.priceOf);
    this.#notices = new Notices(options.log);
  }

  /** Takes the budgets, keys and accounts as they are now; what was spent stays spent. */
  refill(input: PotsInput): void {
    const pots = new Pots(input);
    const isFirst = this.#pots.all.length === 0;
    const isNews = pots.unknown.join() !== this.#pots.unknown.join();
    if (isNews && pots.unknown.length > 0)
      this.#options.log.warn('budgets name somebody who is not here', { names: pots.unknown.join(', ') });
    this.#pots = pots;
    this.#notices.look(this.#caps(pots.all), { quietly: isFirst });
  }

  /** Holds what a call may cost, or says which budget stands in the way. Without `clientId`: a caller without a key. */
  admit(clientId: string | undefined, asked: Asked): Admission {
    const pots = this.#pots.ofClient(clientId);
    const refusal = this.#refusal(pots.filter(({ isHard }) => isHard));
    return refusal ?? { is: 'admitted', hold: this.hold(clientId, asked) };
  }

  /** Holds what a call may cost that goes on whatever is left. Settle it when the call is over. */
  hold(clientId: string | undefined, asked: Asked): Held {
    const pots = this.#pots.ofClient(clientId);
    // Most proxies have no budget, and each call would pay for it: then only what was used is counted.
    const isFree = this.#pots.all.length === 0;
    const expected = (): Amount => this.#expectations.of(asked, this.#options.clock.now());
    return new Hold({
      subjects: clientId === undefined ? [total] : [total, keySubject(clientId)],
      expected: isFree ? undefined : expected(),
      flying: this.#flying,
      headers: () => this.#headersFor(pots),
      onSettled: (settled) => {
        this.#settled(settled, pots, expected);
      },
    });
  }

  /** Whether there is any budget, of whomever. */
  get areThere(): boolean {
    return this.#pots.all.length > 0;
  }

  /** Whether an account has a budget that holds it back. */
  mayBar(accountId: string): boolean {
    return this.#pots.hardOfAccount(accountId) !== undefined;
  }

  /** Why an account takes no call now; undefined where it does. */
  barred(accountId: string): AccountBar | undefined {
    const hard = this.#pots.hardOfAccount(accountId);
    if (hard === undefined) return undefined;
    const refusal = this.#refusal(hard);
    if (refusal === undefined || refusal.is === 'unreadable') return undefined;
    const { pot, resetAt } = refusal.cap;
    if (refusal.is === 'used-up')
      return { until: resetAt, reason: `budget ${pot.name} used up`, cap: refusal.cap };
    const until = this.#options.clock.now() + spokenForMs;
    return { until, reason: `budget ${pot.name} is spoken for by running calls`, cap: undefined };
  }

  /** What the budgets of an account leave of it, for those who choose accounts. */
  windowsOf(accountId: string): readonly BudgetWindow[] {
    const pots = this.#pots.ofAccount(accountId);
    if (pots.length === 0) return noWindows;
    const readAt = this.#options.clock.now();
    return this.#caps(pots).map(({ pot, used, resetAt }) => {
      const share = pot.limit > 0 ? used / pot.limit : 1;
      return { window: pot.name, kind: 'period', family: undefined, used: share, readAt, resetAt };
    });
  }

  /** Whether a caller may use only what can be counted: a hard budget holds for it. */
  countsEverything(clientId: string | undefined): boolean {
    return this.#pots.ofClient(clientId).some(({ isHard }) => isHard);
  }

  /** Every budget, those of the settings first. */
  look(): readonly SeenBudget[] {
    return this.#caps(this.#pots.all).map((cap) => {
      const { amount, calls } = this.#held(cap.pot);
      return { ...cap, held: cap.pot.unit === 'usd' ? amount.microUsd : amount.tokens, callsInFlight: calls };
    });
  }

  /** What a client key has used, for the client itself. */
  usageOf(clientId: string): UsageView {
    const { spend } = this.#options;
    const spent = (period: Period): number => spend.spent(keySubject(clientId), period).microUsd;
    return usageView(this.#caps(this.#pots.ofClient(clientId)), spent);
  }

  #refusal(hard: readonly Pot[]): Exclude<Admission, { is: 'admitted' }> | undefined {
    if (hard.length === 0) return undefined;
    const { spend, whenUnreadable } = this.#options;
    const caps = this.#caps(hard);
    const usedUp = lastToReset(caps.filter(isUsedUp));
    if (usedUp !== undefined) return { is: 'used-up', cap: usedUp };
    if (!spend.isReadable && whenUnreadable() === 'closed') return { is: 'unreadable' };
    const spokenFor = caps.find(({ pot, used }) => {
      const { amount } = this.#held(pot);
      return used + (pot.unit === 'usd' ? amount.microUsd : amount.tokens) >= pot.limit;
    });
    return spokenFor && { is: 'spoken-for', cap: spokenFor };
  }

  /** `work` says what may have been used where nothing was held. */
  #settled(
    { record, subjects, accountId, expected }: Settled,
    pots: readonly Pot[],
    work: () => Amount,
  ): void {
    const { spend, priceOf } = this.#options;
    const { model, usage } = record;
    if (model !== undefined && usage?.isEstimate === false) this.#expectations.learn(model, usage.output);
    const charge = chargeOf(record, () => expected ?? work(), accountId !== undefined, priceOf);
    const ofAccount = accountId === undefined ? [] : this.#pots.ofAccount(accountId);
    spend.add(accountId === undefined ? subjects : [...subjects, accountSubject(accountId)], charge);
    if (pots.length > 0 || ofAccount.length > 0) this.#notices.look(this.#caps([...pots, ...ofAccount]));
  }

  #headersFor(pots: readonly Pot[]): string[] {
    if (pots.length === 0) return [];
    const cap = fullest(this.#caps(pots));
    return cap === undefined ? [] : capHeaders(cap);
  }

  #caps(pots: readonly Pot[]): Cap[] {
    const { spend } = this.#options;
    return pots.map((pot) => {
      const spent = pot.subjects.reduce(
        (before, subject) => sum(before, spend.spent(subject, pot.period)),
        nothing,
      );
      const used = pot.unit === 'usd' ? spent.microUsd : spent.tokens;
      return { pot, used, resetAt: spend.span(pot.period).end };
    });
  }

  #held(pot: Pot): Flying {
    return pot.subjects.reduce<Flying>(
      (before, subject) => {
        const { amount, calls } = this.#flying.of(subject);
        return { amount: sum(before.amount, amount), calls: before.calls + calls };
      },
      { amount: nothing, calls: 0 },
    );
  }
}
