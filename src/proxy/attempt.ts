import type { Account } from '../accounts/account.ts';
import { earlyAnswerMs } from '../accounts/early.ts';
import type { Choice, Lease, Left, Why } from '../accounts/pool.ts';
import { restWords } from '../accounts/rest-words.ts';
import type { Lesson } from '../accounts/standing.ts';
import { sleep } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Answer } from '../http/call.ts';
import type { MoveRecord } from '../usage/call-record.ts';
import { reasonOf, type Attempted } from './attempt-record.ts';
import type { Chooser } from './chooser.ts';
import { choosesWorkspace } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { canReplay, noAnswer, noChoice, threadGone, type Failure } from './nothing-left.ts';
import { hasFoundNothing, judge, type Ending, type Verdict } from './outcome.ts';
import { Patience } from './patience.ts';
import { tryOnce, withoutToken, type Tried } from './try-once.ts';
import type { Served, Work } from './work.ts';

/** Pauses before the repeats of a 529 on the first account (ms), less up to half of each for spreading. */
const inPlacePausesMs = [400, 900];

const nothing: Lesson = { is: 'fine' };

/**
 * Tries the accounts until one answers; the client has seen nothing until then. At most one attempt an
 * account, plus one where its limit was over soon, plus two repeats of a 529 on the first, plus one after a
 * connection that had idled out, plus one with a new token where the upstream has refused an old one.
 *
 * @throws GatewayError when nobody answered
 */
export function attempt(work: Work, gateway: Gateway): Promise<Served> {
  return new Attempts(work, gateway).run();
}

/** An attempt, and what follows from it. */
interface Judged {
  readonly tried: Tried;
  readonly verdict: Verdict;
  /** As it is told: what came back, also where a token decides that could not be renewed afterwards. */
  readonly made: Omit<Attempted, 'isTaught'>;
}

class Attempts {
  readonly #work: Work;
  readonly #gateway: Gateway;
  readonly #patience: Chooser;
  readonly #failures: Failure[] = [];
  /** The session's own account, where it was passed over from the start. */
  #left: Left | undefined;
  /** Where the session was when the call came. */
  #home: Pick<Account, 'id'> | undefined;
  #isServed = false;
  #attempts = 0;
  #hasLostOne = false;

  constructor(work: Work, gateway: Gateway) {
    this.#work = work;
    this.#gateway = gateway;
    this.#patience = gateway.chooserFor?.(work) ?? new Patience(work, gateway);
  }

  async run(): Promise<Served> {
    let served: Served | undefined;
    try {
      while (served === undefined) {
        const next = this.#patience.next();
        const choice = next instanceof Promise ? await next : next;
        served = choice.is === 'account' ? await this.#onChosen(choice) : this.#nobodyLeft(choice);
      }
      return served;
    } finally {
      for (const { tried } of this.#failures) if (tried.answer !== served?.answer) drop(tried);
      this.#patience.ends(this.#isServed, this.#home);
    }
  }

  /** The attempts of the account that was chosen; undefined where the next account may try. */
  #onChosen(choice: Choice & { is: 'account' }): Promise<Served | undefined> {
    const isFirst = this.#attempts === 0;
    if (isFirst) this.#startsFrom(choice);
    this.#patience.asks(choice.account.id);
    // Of those that were asked before, the pool knows only who is out.
    const why = !isFirst && choice.why === 'free' ? 'next' : choice.why;
    return this.#onAccount(choice.account, why, choice.lease);
  }

  #startsFrom({ account, why, left }: Choice & { is: 'account' }): void {
    this.#left = left;
    this.#home = left?.account ?? (why === 'session' ? account : undefined);
  }

  async #onAccount(account: Account, why: Why, lease: Lease): Promise<Served | undefined> {
    const isEarly = why === 'early';
    const isFirst = this.#attempts === 0 && !isEarly;
    const longestMs = isEarly ? earlyAnswerMs : Infinity;
    let repeats = 0;
    let keepsLease = false;
    try {
      for (;;) {
        const first = await this.#tryOnce(account, longestMs);
        const { tried, verdict, made } = this.#mayRenew(first)
          ? await this.#renewed(first, account, longestMs)
          : first;
        this.#learn(account, verdict, made);
        if (this.#isAgainHere(verdict, isFirst, repeats)) {
          repeats += 1;
          this.#note(account, tried, verdict);
          if (verdict.again === 'in-place') await this.#pause(repeats);
          continue;
        }
        // Who asked early, and found out nothing, hears what it would have heard without.
        if (isEarly && hasFoundNothing(tried.ending, verdict)) {
          drop(tried);
          return undefined;
        }
        if (this.#mayMoveOn(verdict)) {
          this.#note(account, tried, verdict);
          return undefined;
        }
        if (tried.answer === undefined) throw noAnswer(tried.ending, this.#gateway.clock.now());
        if (verdict.lesson.is === 'refused' && canReplay(this.#work, this.#gateway)) {
          drop(tried);
          throw threadGone();
        }
        keepsLease = true;
        this.#isServed = true;
        return this.#served(tried.answer, account, why, lease);
      }
    } finally {
      if (!keepsLease) lease.release();
    }
  }

  /** Whether the upstream refused a token that can be renewed. */
  #mayRenew({ tried, verdict }: Judged): boolean {
    // Which path refuses tokens is the client's choice; messages, whose bodies are held, tell the truth.
    if (tried.token === undefined || this.#work.ask.purpose !== 'messages') return false;
    return verdict.lesson.is === 'refused';
  }

  /** What follows where the token was refused: another attempt, with the new one. */
  async #renewed(judged: Judged, account: Account, longestMs: number): Promise<Judged> {
    const { tokens, clock } = this.#gateway;
    const { call } = this.#work;
    const { token } = judged.tried;
    if (token === undefined) return judged;
    const renewal = await tokens.renew(account, token, call.signal);
    if (renewal.is === 'stands' && !call.signal.aborted) return judged;
    drop(judged.tried);
    if (renewal.is === 'without' && !call.signal.aborted) {
      const tried = withoutToken(account, renewal.trouble);
      const verdict = judge(tried.ending, clock.now());
      return { tried, verdict, made: { ...judged.made, verdict } };
    }
    this.#tell(judged.made, false);
    if (call.signal.aborted) throw clientLeft();
    return this.#tryOnce(account, longestMs);
  }

  async #tryOnce(account: Account, longestMs: number): Promise<Judged> {
    const { clock } = this.#gateway;
    const { signal } = this.#work.call;
    const startedAt = clock.monotonic();
    this.#attempts += 1;
    this.#work.onTry?.(account);
    try {
      const tried = await tryOnce(this.#work, account, this.#gateway, longestMs);
      // A connection that broke because its client is gone says nothing about the account.
      if (tried.ending.is === 'lost' && signal.aborted) throw clientLeft();
      const { ending } = tried;
      const verdict = judge(ending, clock.now());
      return { tried, verdict, made: { account, startedAt, endedAt: clock.monotonic(), ending, verdict } };
    } catch (error) {
      const scope = signal.aborted ? 'client' : 'us';
      const endedAt = clock.monotonic();
      const verdict = { lesson: nothing, scope } as const;
      this.#tell({ account, startedAt, endedAt, ending: undefined, verdict }, false);
      throw error;
    }
  }

  #learn(account: Account, { lesson }: Verdict, made: Judged['made']): void {
    const isTaught = this.#isLesson(account, lesson);
    this.#tell(made, isTaught);
    this.#hearHeadroom(account, made.ending);
    if (!isTaught) return;
    this.#patience.learns(account, lesson);
  }

  #tell({ account, startedAt, endedAt, ending, verdict }: Judged['made'], isTaught: boolean): void {
    this.#work.onAttempt?.({ account, startedAt, endedAt, ending, verdict, isTaught });
  }

  /** Counting tokens has limits of its own; what a caller's own plan has left is not an account's of ours. */
  #hearHeadroom({ id, kind }: Account, ending: Ending | undefined): void {
    if (ending?.is !== 'answered' || this.#work.ask.purpose !== 'messages') return;
    if (kind !== 'passthrough' || this.#work.isLocal === true)
      this.#gateway.headroom.learn(id, ending.headers);
  }

  #isLesson(account: Account, { is }: Lesson): boolean {
    // Which other path refuses API keys, has limits of its own or fails, is the client's choice; messages tell the truth.
    if (this.#work.ask.purpose !== 'messages') return false;
    // So is a workspace that is refused. And the client's own credential says nothing about an account of ours.
    if (is === 'refused' && choosesWorkspace(this.#work, account)) return false;
    return account.kind !== 'passthrough' || is === 'fine';
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
    const ms = longest * (0.5 + this.#gateway.random() / 2);
    await sleep(this.#gateway.clock, ms, this.#work.call.signal).catch(() => {
      throw clientLeft();
    });
  }

  #nobodyLeft(choice: Exclude<Choice, { is: 'account' }>): Served {
    const ended = noChoice(choice, this.#failures, this.#work, this.#gateway);
    if (ended instanceof GatewayError) throw ended;
    const whose = this.#failures.findLast(({ tried }) => tried.answer === ended);
    return this.#served(ended, whose?.account, undefined, undefined);
  }

  #served(
    answer: Answer,
    account: Account | undefined,
    why: Why | undefined,
    lease: Lease | undefined,
  ): Served {
    return {
      answer,
      account,
      why,
      attempts: this.#attempts,
      hidesLimits: this.#hidesLimits(account),
      lease,
      move: account === undefined || !this.#isServed ? undefined : this.#moveTo(account),
    };
  }

  /** From where the session was, or else from where the call began. */
  #moveTo({ id, name }: Account): MoveRecord | undefined {
    const [first] = this.#failures;
    const from = this.#left ?? first;
    if (from === undefined || from.account.id === id) return undefined;
    const reason = 'reason' in from ? from.reason : this.#reasonOf(from);
    const fromTo = { fromId: from.account.id, fromName: from.account.name, toId: id, toName: name };
    // A session that was nowhere yet had no cache to lose.
    if (this.#home === undefined) return { ...fromTo, reason, microUsd: 0 };
    const tokens = this.#patience.tokensAtHome;
    return { ...fromTo, reason, ...(tokens !== undefined && { tokens }) };
  }

  #reasonOf({ tried, lesson }: Failure): string {
    if (lesson.is === 'limited') return restWords(lesson, this.#gateway.clock.now());
    return reasonOf(tried.ending, lesson);
  }

  #hidesLimits(account: Account | undefined): boolean {
    const mode = this.#gateway.settings().routing.rateLimitHeaders;
    if (mode !== 'auto') return mode === 'never';
    return account?.kind !== 'passthrough' && this.#gateway.pool.shared > 1;
  }
}

/** Nobody gets this answer: what is still behind it is closed. */
function drop({ answer }: Tried): void {
  const body = answer?.body;
  if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
}

function clientLeft(): GatewayError {
  return new GatewayError('client_left', 'The client left.');
}
