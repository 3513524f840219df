import type { Account } from '../accounts/account.ts';
import type { Choice, Lease, Why } from '../accounts/pool.ts';
import type { Lesson } from '../accounts/standing.ts';
import { sleep } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Answer } from '../http/call.ts';
import type { Gateway } from './gateway.ts';
import { noAnswer, noChoice, type Failure } from './nothing-left.ts';
import { judge, type Ending, type Verdict } from './outcome.ts';
import { tryOnce, withoutToken, type Tried } from './try-once.ts';
import type { Served, Work } from './work.ts';

/** Pauses before the repeats of a 529 on the first account (ms), less up to half of each for spreading. */
const inPlacePausesMs = [400, 900];

/**
 * Tries the accounts until one answers; the client has seen nothing until then. At most one attempt an
 * account, plus two repeats of a 529 on the first, plus one after a connection that had idled out, plus one
 * with a new token where the upstream has refused an old one.
 *
 * @throws GatewayError when nobody answered
 */
export function attempt(work: Work, gateway: Gateway): Promise<Served> {
  return new Attempts(work, gateway).run();
}

class Attempts {
  readonly #work: Work;
  readonly #gateway: Gateway;
  readonly #tried = new Set<string>();
  readonly #failures: Failure[] = [];
  #attempts = 0;
  #hasLostOne = false;

  constructor(work: Work, gateway: Gateway) {
    this.#work = work;
    this.#gateway = gateway;
  }

  async run(): Promise<Served> {
    for (;;) {
      const choice = this.#gateway.pool.choose(this.#work.ask, this.#tried);
      if (choice.is !== 'account') return this.#nobodyLeft(choice);
      this.#tried.add(choice.account.id);
      const served = await this.#onAccount(choice.account, choice.why, choice.lease);
      if (served !== undefined) return served;
    }
  }

  /** One account's attempts; undefined where the next account may try. */
  async #onAccount(account: Account, why: Why, lease: Lease): Promise<Served | undefined> {
    const isFirst = this.#tried.size === 1;
    let repeats = 0;
    let keepsLease = false;
    try {
      for (;;) {
        const tried = await this.#try(account);
        const verdict = this.#learn(account, tried);
        if (this.#isAgainHere(verdict, isFirst, repeats)) {
          repeats += 1;
          this.#note(account, tried, verdict);
          if (verdict.again === 'in-place') await this.#pause(repeats);
          continue;
        }
        if (this.#mayMoveOn(verdict)) {
          this.#note(account, tried, verdict);
          return undefined;
        }
        if (tried.answer === undefined) throw noAnswer(tried.ending, this.#gateway.clock.now());
        keepsLease = true;
        return this.#served(tried.answer, account, why, lease);
      }
    } finally {
      if (!keepsLease) lease.release();
    }
  }

  /** One attempt; where the upstream refuses a token that can be renewed, another one with the new token. */
  async #try(account: Account): Promise<Tried> {
    const tried = await this.#tryOnce(account);
    const { tokens, clock } = this.#gateway;
    const { ask, call } = this.#work;
    const { token } = tried;
    // Which path refuses tokens is the client's choice; messages, whose bodies are held, tell the truth.
    if (token === undefined || ask.purpose !== 'messages') return tried;
    if (judge(tried.ending, clock.now()).lesson.is !== 'refused') return tried;
    const renewal = await tokens.renew(account, token, call.signal);
    if (call.signal.aborted) throw new GatewayError('client_left', 'The client left.');
    switch (renewal.is) {
      case 'stands':
        return tried;
      case 'without':
        return withoutToken(account, renewal.trouble);
      case 'renewed':
        return this.#tryOnce(account);
    }
  }

  #tryOnce(account: Account): Promise<Tried> {
    this.#attempts += 1;
    this.#work.onAttempt?.(account);
    return tryOnce(this.#work, account, this.#gateway);
  }

  #learn(account: Account, tried: Tried): Verdict {
    // A connection that broke because its client is gone says nothing about the account.
    if (tried.ending.is === 'lost' && this.#work.call.signal.aborted)
      throw new GatewayError('client_left', 'The client left.');
    const verdict = judge(tried.ending, this.#gateway.clock.now());
    this.#hearHeadroom(account, tried.ending);
    if (this.#isLesson(account, verdict.lesson))
      this.#gateway.pool.report(account.id, verdict.lesson, account);
    return verdict;
  }

  /** Counting tokens has limits of its own; what a caller's own plan has left is not an account's of ours. */
  #hearHeadroom({ id, kind }: Account, ending: Ending): void {
    if (ending.is !== 'answered' || this.#work.ask.purpose !== 'messages') return;
    if (kind !== 'passthrough' || this.#work.isLocal === true)
      this.#gateway.headroom.learn(id, ending.headers);
  }

  #isLesson({ kind }: Account, { is }: Lesson): boolean {
    const { purpose } = this.#work.ask;
    // The client's own credential is the client's business: it says nothing about an account of ours.
    if (purpose === 'counting' || (kind === 'passthrough' && is !== 'fine')) return false;
    // Which path refuses API keys, or has limits of its own, is the client's choice; messages tell the truth.
    return purpose === 'messages' || (is !== 'refused' && is !== 'limited');
  }

  #isAgainHere(verdict: Verdict, isFirst: boolean, repeats: number): boolean {
    if (verdict.again === 'same-once') {
      const may = !this.#hasLostOne && (this.#work.isRepeatable || this.#work.body === undefined);
      this.#hasLostOne = true;
      return may;
    }
    return (
      verdict.again === 'in-place' && isFirst && repeats < inPlacePausesMs.length && this.#work.isRepeatable
    );
  }

  #mayMoveOn(verdict: Verdict): boolean {
    if (verdict.again === 'no' || verdict.again === 'same-once') return false;
    if (!this.#work.isRepeatable || this.#work.ask.own || this.#work.ask.pinned !== undefined) return false;
    if (verdict.again !== 'next-once') return true;
    const may = !this.#hasLostOne;
    this.#hasLostOne = true;
    return may;
  }

  #note(account: Account, tried: Tried, verdict: Verdict): void {
    this.#failures.push({ account, tried, lesson: verdict.lesson });
  }

  async #pause(repeat: number): Promise<void> {
    const longest = inPlacePausesMs[repeat - 1] ?? 0;
    await sleep(this.#gateway.clock, longest * (0.5 + this.#gateway.random() / 2), this.#work.call.signal);
  }

  #nobodyLeft(choice: Exclude<Choice, { is: 'account' }>): Served {
    const last = this.#failures.at(-1);
    const ended = noChoice(choice, this.#failures, this.#work, this.#gateway);
    if (ended instanceof GatewayError) throw ended;
    return this.#served(ended, last?.account, undefined, undefined);
  }

  #served(
    answer: Answer,
    account: Account | undefined,
    why: Why | undefined,
    lease: Lease | undefined,
  ): Served {
    const last = this.#failures.at(-1);
    return {
      answer,
      account,
      why,
      attempts: this.#attempts,
      hidesLimits: this.#hidesLimits(account),
      lease,
      moved:
        last === undefined || last.account.id === account?.id
          ? undefined
          : `${last.account.name}: ${reasonOf(last)}`,
    };
  }

  #hidesLimits(account: Account | undefined): boolean {
    const mode = this.#gateway.settings().routing.rateLimitHeaders;
    if (mode !== 'auto') return mode === 'never';
    return account?.kind !== 'passthrough' && this.#gateway.pool.shared > 1;
  }
}

function reasonOf({ tried, lesson }: Failure): string {
  if ('reason' in lesson) return lesson.reason;
  return tried.ending.is === 'answered' ? `answered ${tried.ending.status}` : tried.ending.is;
}
