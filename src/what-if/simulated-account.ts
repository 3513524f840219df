import type { Account } from '../accounts/account.ts';
import type { Pricing } from '../prices/pricing.ts';
import type { Cost, Usage } from '../prices/usage.ts';
import { Limits, type RateLimits } from '../simulator/limits.ts';
import type { Delivery } from '../wire/sender.ts';
import { PlanWindow, type PlanLimit } from './plan-window.ts';
import type { Step, Thread } from './traffic.ts';
import { WarmPrefixes } from './warm-prefixes.ts';

/** A time in which an account, or what it leads to, does not work as it should. Moments are milliseconds since the epoch. */
export interface Trouble {
  /** `overloaded`: 529. `erring`: 500. `unreachable`: no connection. */
  readonly kind: 'overloaded' | 'erring' | 'unreachable';
  readonly from: number;
  readonly until: number;
  /** How many of the calls meet it: 0 … 1. */
  readonly share: number;
}

/** An account as the pool sees it, and what the upstream makes of it. */
export interface AccountModel {
  readonly account: Account;
  readonly limits: RateLimits;
  readonly windows: readonly PlanLimit[];
  readonly troubles: readonly Trouble[];
}

/** What became of an attempt. */
export interface Reaction {
  readonly delivery: Delivery;
  /** When it arrives (ms from now). */
  readonly afterMs: number;
  /** Of a call that was served. */
  readonly usage?: Usage;
  readonly cost?: Cost;
}

/** How soon the upstream says no (ms). */
const refusalMs = 300;

/** One account of the upstream: its buckets, its plan's windows, its prompt cache, and its bad hours. */
export class SimulatedAccount {
  readonly id: string;
  readonly prefixes = new WarmPrefixes();
  readonly #model: AccountModel;
  readonly #limits: Limits;
  readonly #windows: readonly PlanWindow[];
  readonly #pricing: Pricing;
  readonly #random: () => number;

  constructor(model: AccountModel, pricing: Pricing, random: () => number, now: number) {
    this.id = model.account.id;
    this.#model = model;
    this.#limits = new Limits(model.limits, now);
    this.#windows = model.windows.map((limit) => new PlanWindow(limit));
    this.#pricing = pricing;
    this.#random = random;
  }

  /** Meets a call as the API would. What is served is in the cache from then on. */
  meet(thread: Thread, step: Step, now: number): Reaction {
    const trouble = this.#model.troubles.find(({ from, until }) => from <= now && now < until);
    if (trouble !== undefined && this.#random() < trouble.share) return inTrouble(trouble.kind);
    const usedUp = this.#windows.map((window) => window.usedUpUntil(now)).filter((end) => end !== undefined);
    if (usedUp.length > 0) return this.#atPlanLimit(Math.max(...usedUp), now);
    const usage = usageOf(step, this.prefixes.readable(thread, step, now));
    // What is read from the cache does not count towards the limit (api.md: input tokens per minute).
    const input = usage.input + usage.cacheWrite5m + usage.cacheWrite1h;
    const refusal = this.#limits.admit({ input, output: usage.output }, now);
    if (refusal !== undefined)
      return answered(429, refusalMs, [
        'retry-after',
        String(refusal.retryAfterSeconds),
        ...this.#limits.headers(now),
      ]);
    const cost = this.#pricing.costOf(usage, step.model, now);
    for (const window of this.#windows) window.take(cost.microUsd, now);
    this.prefixes.keep(thread, step, now);
    return { ...answered(200, step.answerMs, this.#headers(now)), usage, cost };
  }

  #atPlanLimit(until: number, now: number): Reaction {
    const seconds = String(Math.max(1, Math.ceil((until - now) / 1000)));
    return answered(429, refusalMs, [
      'retry-after',
      seconds,
      'anthropic-ratelimit-unified-status',
      'rejected',
      ...this.#headers(now),
    ]);
  }

  #headers(now: number): string[] {
    return [...this.#limits.headers(now), ...this.#windows.flatMap((window) => window.headers(now))];
  }
}

function inTrouble(kind: Trouble['kind']): Reaction {
  if (kind === 'overloaded') return answered(529, refusalMs, []);
  if (kind === 'erring') return answered(500, refusalMs, []);
  const cause = new Error('it is made up to be out of reach');
  return { delivery: { is: 'unreachable', cause }, afterMs: refusalMs };
}

function answered(status: number, afterMs: number, headers: readonly string[]): Reaction {
  return { delivery: { is: 'answered', answer: { status, headers, body: undefined } }, afterMs };
}

function usageOf({ prompt, output, keptFor }: Step, read: number): Usage {
  const written = prompt - read;
  return {
    input: 0,
    output,
    cacheRead: read,
    cacheWrite5m: keptFor === '5m' ? written : 0,
    cacheWrite1h: keptFor === '1h' ? written : 0,
    webSearches: 0,
    webFetches: 0,
    isEstimate: false,
  };
}
