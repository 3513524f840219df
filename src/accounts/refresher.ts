import { messageOf } from '../base/errors.ts';
import type { Secret } from '../base/secret.ts';
import type { Signal } from '../base/signal.ts';
import type { Account } from './account.ts';
import { RefreshState, type SeenTokens, type Trouble } from './refresh-state.ts';
import { type RefreshEnd, type RefreshMeans, refreshOnce } from './refresh-once.ts';
import type { Pauses } from './token-times.ts';

/** How often and how patiently tokens are renewed. */
export interface Pace {
  /** After failures of a provider or a network. */
  readonly pauses: Pauses;
  /** After a provider has refused us: that takes somebody to change settings. */
  readonly settingsPauses: Pauses;
  /** The longest a call waits for a token (ms). */
  readonly waitMs: number;
  /** What an upstream says of a token leads to a refresh once in this time at most (ms). */
  readonly forcedMs: number;
}

/** Within this time after the start all that is overdue then begins (ms). */
const startSpreadMs = 3_000;

export const usualPace: Pace = {
  // Providers that take a replaced token for a while do so for seconds: the first attempts follow soon.
  pauses: { firstMs: 1_000, longestMs: 300_000 },
  settingsPauses: { firstMs: 300_000, longestMs: 3_600_000 },
  waitMs: 20_000,
  forcedMs: 60_000,
};

export interface RefresherOptions extends Omit<RefreshMeans, 'closing'> {
  /** 0 … 1, for jitter. */
  readonly random: () => number;
  /** Told after every attempt: other tokens may be over than before. */
  readonly onEnd: (account: Account, end: RefreshEnd) => void;
  readonly pace?: Pace;
}

/** What became of a token that an upstream refused. */
export type Renewal =
  /** There is another one to try with. */
  | { readonly is: 'renewed' }
  /** It is as new as can be: the refusal stands. */
  | { readonly is: 'stands' }
  /** It is not to be used any more, and there is no other one now. */
  | { readonly is: 'without'; readonly trouble: Trouble };

/**
 * Gives calls the tokens of `oauth` accounts, and renews them: one attempt an account at a time, however many
 * want it, and after a failure none before its pause is over.
 */
export class Refresher {
  readonly #options: RefresherOptions;
  readonly #pace: Pace;
  readonly #startedAt: number;
  readonly #states = new Map<string, RefreshState>();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<RefreshEnd>>();

  constructor(options: RefresherOptions) {
    this.#options = options;
    this.#pace = options.pace ?? usualPace;
    this.#startedAt = options.clock.now();
  }

  /**
   * The access token of `account`: at once where there is a good one, else after a refresh that all who wait
   * share. Undefined where there is none in time; {@link trouble} then says why.
   */
  accessOf(account: Account, signal?: Signal): Secret | Promise<Secret | undefined> {
    return this.#good(account.id) ?? this.#awaited(account, signal);
  }

  /**
   * Renews a token that the upstream has refused: each one once, and an account once in a while, so that nobody
   * who can provoke refusals can make a provider of tokens work.
   */
  async renew(account: Account, refused: Secret, signal?: Signal): Promise<Renewal> {
    const { id } = account;
    const latest = this.#options.tokens.latest(id);
    const isLatest = latest !== undefined && latest.access.reveal() === refused.reveal();
    if (isLatest && !this.#state(id).refuse(latest, this.#pace.forcedMs)) return { is: 'stands' };
    const found = this.#good(id) ?? (await this.#awaited(account, signal));
    if (found !== undefined) return { is: 'renewed' };
    const trouble = this.trouble(account);
    return trouble === undefined ? { is: 'stands' } : { is: 'without', trouble };
  }

  /** Renews the tokens now, whatever their age and standing: a person wants it. */
  async refresh(account: Account): Promise<RefreshEnd> {
    const { running } = this.#state(account.id);
    return running ?? this.#begin(account, true);
  }

  /** Renews the tokens unless it is too early after a failure; resolves when that has ended. */
  async attempt(account: Account): Promise<void> {
    const state = this.#state(account.id);
    const mayBegin = state.mayBegin(this.#options.tokens.latest(account.id));
    await (state.running ?? (mayBegin ? this.#begin(account, false) : undefined));
  }

  /** In how long {@link attempt} is due (ms), 0 where it is; undefined where it never will be, as things are. */
  dueIn({ id }: Account): number | undefined {
    const latest = this.#options.tokens.latest(id);
    return latest === undefined ? undefined : this.#state(id).dueIn(latest);
  }

  /** Why there is no good token right now; undefined where there is one. */
  trouble({ id }: Account): Trouble | undefined {
    if (this.#good(id) !== undefined) return undefined;
    const lack = this.#options.tokens.lackOf(id);
    if (lack !== undefined) return { reason: lack.reason, isFinal: true };
    return this.#state(id).troubleWith(this.#options.tokens.latest(id));
  }

  /** The tokens of the account `id` and what is known of their refreshes. */
  seen(id: string): SeenTokens | undefined {
    const latest = this.#options.tokens.latest(id);
    return latest === undefined ? undefined : this.#state(id).seen(latest);
  }

  /** Forgets what is known of the account `id`: somebody has signed in anew. */
  forget(id: string): void {
    this.#states.delete(id);
  }

  /** Forgets the pauses: what made attempts fail may have been put right. */
  forgive(): void {
    for (const state of this.#states.values()) state.forgive();
  }

  /** Begins nothing any more; resolves when what has begun is over. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the program is ending'));
    if (this.#running.size > 0)
      this.#options.log.info('waiting for refreshes to end', { count: this.#running.size });
    await Promise.all(this.#running);
  }

  #good(id: string): Secret | undefined {
    const usable = this.#options.tokens.usable(id);
    if (usable === undefined || this.#states.get(id)?.isRefused(usable) === true) return undefined;
    return usable.access;
  }

  async #awaited(account: Account, signal: Signal | undefined): Promise<Secret | undefined> {
    const { id } = account;
    // Nobody may have looked at this account since the program began.
    if (this.#options.tokens.latest(id) === undefined) await this.#options.tokens.read(id);
    // One that has been underway for long is not waited for anew by each call that comes.
    const patienceMs = this.#pace.waitMs - this.#state(id).runningMs;
    if (this.#good(id) === undefined && patienceMs > 0)
      await this.#inTime(this.attempt(account), patienceMs, signal);
    return this.#good(id);
  }

  /** Resolves with `work`, or earlier: when patience ends, or the caller is gone. */
  async #inTime(work: Promise<void>, patienceMs: number, signal: Signal | undefined): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const stop = (): void => {
      enough.resolve();
    };
    const cancel = this.#options.clock.after(patienceMs, stop);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    try {
      await Promise.race([work, enough.promise]);
    } finally {
      cancel();
      signal?.removeEventListener('abort', stop);
    }
  }

  #begin(account: Account, isAsked: boolean): Promise<RefreshEnd> {
    const state = this.#state(account.id);
    const seen = this.#options.tokens.latest(account.id);
    const means = { ...this.#options, closing: this.#closing.signal };
    const running = refreshOnce(account, { seen, isAsked }, means).then((end) => {
      this.#running.delete(running);
      state.running = undefined;
      this.#learn(account, state, end);
      return end;
    });
    state.began(running);
    this.#running.add(running);
    return running;
  }

  #learn(account: Account, state: RefreshState, end: RefreshEnd): void {
    const { log, random, onEnd, tokens } = this.#options;
    const latest = tokens.latest(account.id);
    const facts = { account: account.name };
    switch (end.is) {
      case 'fresh':
        state.succeeded();
        if (end.isOurs) log.info('tokens refreshed', facts);
        break;
      case 'over':
        state.failed(latest, end.reason, this.#pace.settingsPauses, random());
        log.error('an account has to be signed in to again', { ...facts, reason: end.reason });
        break;
      case 'put-off': {
        const pauses = end.because === 'settings' ? this.#pace.settingsPauses : this.#pace.pauses;
        state.failed(latest, end.reason, pauses, random(), end.retryAt);
        if (!this.#closing.signal.aborted) log.warn('tokens not refreshed', { ...facts, reason: end.reason });
      }
    }
    try {
      onEnd(account, end);
    } catch (error) {
      log.error('a listener to refreshes failed', { reason: messageOf(error) });
    }
  }

  #state(id: string): RefreshState {
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const { clock, random } = this.#options;
    const spread = random();
    const state = new RefreshState(clock, spread, this.#startedAt + startSpreadMs * spread);
    this.#states.set(id, state);
    return state;
  }
}
