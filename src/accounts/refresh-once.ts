import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Held } from '../credentials/lock.ts';
import type { Refreshed } from '../oauth/outcome.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { AccountTokens } from './account-tokens.ts';
import type { Account } from './account.ts';
import { keepTokens } from './refresh-keep.ts';
import { withRefreshLock } from './refresh-lock.ts';
import { areSameTokens, type KeptTokens } from './stored-tokens.ts';

/** How an attempt to renew the tokens of an account ended. */
export type RefreshEnd =
  /** It has these now: given for this attempt, or those that another process had stored. */
  | { readonly is: 'fresh'; readonly tokens: KeptTokens; readonly isOurs: boolean }
  /** Its tokens are over, or it has none to renew: somebody has to sign in. */
  | { readonly is: 'over'; readonly reason: string }
  /**
   * Nothing is lost; later it may go well. `settings`: the provider refuses us, whatever the token. `here`: this
   * machine does not let it begin.
   */
  | {
      readonly is: 'put-off';
      readonly because: 'provider' | 'settings' | 'here';
      readonly reason: string;
      /** Not before this moment, says the provider (ms since the epoch). */
      readonly retryAt?: number | undefined;
    };

/** What a refresh is made with. */
export interface RefreshMeans {
  readonly tokens: AccountTokens;
  readonly provider: Renewing;
  /** Where the locks of refreshes are. */
  readonly lockFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The program is about to end: nothing begins any more; what has begun is finished. */
  readonly closing: AbortSignal;
}

/** The part of `OAuth` that renews. Never rejects for what a provider or a network may do. */
export interface Renewing {
  refresh(provider: string, token: Secret, signal?: AbortSignal): Promise<Refreshed>;
}

/** What is asked for. */
export interface Wanted {
  /** The tokens that are to be replaced: where the account has others by now, those are the answer. */
  readonly seen: KeptTokens | undefined;
  /** A person wants it: also tokens that count as over are tried once more. */
  readonly isAsked: boolean;
}

/** The longest a provider is waited for (ms); it is asked within bounds of its own. */
const exchangeMs = 90_000;

/**
 * Codes that say that only a person can help (RFC 6749 §5.2; OpenID Connect Core §3.1.2.6, which providers use
 * here as well).
 */
const finalCodes: ReadonlySet<string> = new Set([
  'invalid_grant',
  'interaction_required',
  'login_required',
  'consent_required',
]);

/**
 * Renews the tokens of `account`, so that no crash at any moment loses more than it has to: one process at a
 * time; what is on the disk first of all; a durable note before anything is sent; the new tokens durable before
 * anybody gets to see them. Never rejects.
 */
export async function refreshOnce(
  account: Account,
  wanted: Wanted,
  means: RefreshMeans,
): Promise<RefreshEnd> {
  const { lockFolder, clock, closing } = means;
  try {
    return await withRefreshLock(lockFolder, account.id, clock, closing, (held) =>
      new Exchange(account, means, held).run(wanted),
    );
  } catch (error) {
    return { is: 'put-off', because: 'here', reason: messageOf(error) };
  }
}

/** One attempt, under the account's lock. */
class Exchange {
  readonly #account: Account;
  readonly #means: RefreshMeans;
  readonly #held: Held;

  constructor(account: Account, means: RefreshMeans, held: Held) {
    this.#account = account;
    this.#means = means;
    this.#held = held;
  }

  /** @throws Problem of the vault, while nothing has been sent */
  async run({ seen, isAsked }: Wanted): Promise<RefreshEnd> {
    const { tokens, clock, closing } = this.#means;
    const { id } = this.#account;
    const before = await tokens.read(id);
    if (before === undefined) return { is: 'over', reason: 'it is not signed in' };
    const isNewer = seen === undefined || !areSameTokens(seen, before);
    const usable = isNewer ? tokens.usable(id) : undefined;
    if (usable !== undefined) return { is: 'fresh', tokens: usable, isOurs: false };
    if (before.over !== undefined && !isAsked) return { is: 'over', reason: before.over.reason };
    const { refresh } = before;
    if (refresh === undefined)
      return { is: 'over', reason: 'the provider gave nothing to renew its token with' };
    closing.throwIfAborted();
    // The disk can be written, and whoever comes after a crash knows that an answer may have been lost.
    const begun = await tokens.note(id, before, clock.now());
    if (begun === undefined || !areSameTokens(begun, before)) return this.#found(begun);
    if (!(await this.#held.isCurrent())) throw new Error('another process has taken the refresh over');
    return this.#settle(before, begun, await this.#ask(refresh));
  }

  async #ask(refresh: Secret): Promise<Refreshed> {
    const { provider, clock } = this.#means;
    const patience = new AbortController();
    const cancel = clock.after(exchangeMs, () => {
      patience.abort();
    });
    try {
      return await provider.refresh(this.#account.provider ?? '', refresh, patience.signal);
    } catch (error) {
      // It promises not to; if it breaks that, nobody knows how far it came.
      return { is: 'failed', reason: messageOf(error), mayBeSpent: true, retryAt: undefined };
    } finally {
      cancel();
    }
  }

  #settle(before: KeptTokens, begun: KeptTokens, answer: Refreshed): Promise<RefreshEnd> {
    switch (answer.is) {
      case 'renewed':
        return this.#keep(begun, answer.tokens);
      case 'refused':
        if (finalCodes.has(answer.code)) return this.#end(before, begun, answer.reason);
        return this.#putOff(before, begun, { is: 'put-off', because: 'settings', reason: answer.reason });
      case 'unreachable':
      case 'failed': {
        const { reason, retryAt } = answer;
        const isKnownUnspent = answer.is === 'unreachable' || !answer.mayBeSpent;
        const end = { is: 'put-off', because: 'provider', reason, retryAt } as const;
        return isKnownUnspent ? this.#putOff(before, begun, end) : Promise.resolve(end);
      }
    }
  }

  async #keep(begun: KeptTokens, next: TokenSet): Promise<RefreshEnd> {
    const kept = await keepTokens(this.#account, begun, next, this.#means);
    return kept !== undefined && areSameTokens(kept, next)
      ? { is: 'fresh', tokens: kept, isOurs: true }
      : this.#found(kept);
  }

  /** The provider takes the token no more. */
  async #end(before: KeptTokens, begun: KeptTokens, refusal: string): Promise<RefreshEnd> {
    const { tokens, clock, log } = this.#means;
    const { id, name } = this.#account;
    const reason =
      before.refreshBegunAt === undefined
        ? refusal
        : `refresh interrupted: the answer to an earlier one was lost, and the old token is spent. ${refusal}`;
    try {
      const after = await tokens.end(id, begun, { since: clock.now(), reason });
      if (after === undefined || !areSameTokens(after, begun)) return this.#found(after);
    } catch (error) {
      log.error('a sign-out could not be stored', { account: name, reason: messageOf(error) });
    }
    return { is: 'over', reason };
  }

  /** Nothing was spent: what was noted before this attempt is true again. */
  async #putOff(before: KeptTokens, begun: KeptTokens, end: RefreshEnd): Promise<RefreshEnd> {
    const { tokens, log } = this.#means;
    const { id, name } = this.#account;
    await tokens.note(id, begun, before.refreshBegunAt).catch((error: unknown) => {
      log.warn('the note of a refresh stays', { account: name, reason: messageOf(error) });
    });
    return end;
  }

  /** Somebody signed in, or removed the account, while this attempt was underway. */
  #found(now: KeptTokens | undefined): RefreshEnd {
    return now === undefined
      ? { is: 'over', reason: 'it is not signed in' }
      : { is: 'fresh', tokens: now, isOurs: false };
  }
}
