import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { RefreshEnd } from './refresh-once.ts';
import { areSameTokens, type KeptTokens } from './stored-tokens.ts';
import { dueAt, lifeOf, type Pauses, pauseAfter } from './token-times.ts';

/** Why an account has no good token. */
export interface Trouble {
  /** In words a person understands. */
  readonly reason: string;
  /** Only signing in again helps. */
  readonly isFinal: boolean;
  /** When it is tried again (ms since the epoch). */
  readonly retryAt?: number | undefined;
}

/** The tokens of an account with what is known of their refreshes. Moments are milliseconds since the epoch. */
export interface SeenTokens extends KeptTokens {
  readonly nextRefreshAt?: number | undefined;
  readonly lastFailure?: { readonly at: number; readonly reason: string } | undefined;
}

/** An attempt that came to nothing. It says nothing of tokens that have come since: somebody has signed in. */
interface Failure {
  readonly tokens: KeptTokens | undefined;
  readonly at: number;
  readonly reason: string;
  /** No other attempt before, on the clock that never jumps (ms). */
  readonly until: number;
}

/** The longest wait that a provider may ask for (ms). */
const longestWaitMs = 3_600_000;
/** Where tokens live for less than this (ms), their account does not ask for others more often than that. */
const shortLifeMs = 10_000;
const leastPauseMs = 1_000;

/** What is known of the refreshes of one account. */
export class RefreshState {
  /** The attempt that is underway. */
  running: Promise<RefreshEnd> | undefined;
  readonly #clock: Clock;
  readonly #spread: number;
  readonly #startAt: number;
  readonly #planned = new WeakMap<KeptTokens, { readonly at: number | undefined }>();
  /** An access token that an upstream has refused. */
  #refused: Secret | undefined;
  /** When that last led to a refresh, on the clock that never jumps (ms). */
  #forcedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #failure: Failure | undefined;
  /** When the last attempt began, on the clock that never jumps (ms). */
  #begunAt = Number.NEGATIVE_INFINITY;

  /**
   * @param spread 0 … 1, this account's own place among the others
   * @param startAt when what is overdue at the start of the program is to begin (ms since the epoch)
   */
  constructor(clock: Clock, spread: number, startAt: number) {
    this.#clock = clock;
    this.#spread = spread;
    this.#startAt = startAt;
  }

  /** Whether an upstream has refused the access token of `tokens`. */
  isRefused({ access }: KeptTokens): boolean {
    return this.#refused !== undefined && this.#refused.reveal() === access.reveal();
  }

  /**
   * Takes that an upstream refuses the access token of `tokens`. False where another one was refused so little
   * time ago (`spacingMs`) that a new one is no help.
   */
  refuse(tokens: KeptTokens, spacingMs: number): boolean {
    if (this.isRefused(tokens)) return true;
    const now = this.#clock.monotonic();
    if (now < this.#forcedAt + spacingMs) return false;
    this.#refused = tokens.access;
    this.#forcedAt = now;
    return true;
  }

  /** How long the attempt that is underway has been so (ms); 0 where there is none. */
  get runningMs(): number {
    return this.running === undefined ? 0 : this.#clock.monotonic() - this.#begunAt;
  }

  /** Whether the pause after the last attempt is over, for these tokens. */
  mayBegin(tokens: KeptTokens | undefined): boolean {
    return this.#clock.monotonic() >= this.#notBefore(tokens);
  }

  /** In how long an attempt for these tokens is due (ms), 0 where it is; undefined where it never will be. */
  dueIn(tokens: KeptTokens): number | undefined {
    const isWanted = tokens.refresh !== undefined && tokens.over === undefined && this.isRefused(tokens);
    const planned = isWanted ? 0 : this.#plannedAt(tokens);
    if (planned === undefined) return undefined;
    return Math.max(0, planned - this.#clock.now(), this.#notBefore(tokens) - this.#clock.monotonic());
  }

  began(running: Promise<RefreshEnd>): void {
    this.running = running;
    this.#begunAt = this.#clock.monotonic();
  }

  succeeded(): void {
    this.#failures = 0;
    this.#failure = undefined;
    this.#refused = undefined;
  }

  /** @param retryAt what the provider said (ms since the epoch) */
  failed(
    tokens: KeptTokens | undefined,
    reason: string,
    pauses: Pauses,
    spread: number,
    retryAt?: number,
  ): void {
    const now = this.#clock.now();
    this.#failures = this.#failureOf(tokens) === undefined ? 1 : this.#failures + 1;
    const asked = Math.min(longestWaitMs, (retryAt ?? now) - now);
    const pause = Math.max(asked, pauseAfter(this.#failures, pauses, spread));
    this.#failure = { tokens, at: now, reason, until: this.#clock.monotonic() + pause };
  }

  /** What made attempts fail may have been put right. */
  forgive(): void {
    this.#failures = 0;
    if (this.#failure !== undefined) this.#failure = { ...this.#failure, until: 0 };
  }

  /** Why `tokens` have not been renewed by now. */
  troubleWith(tokens: KeptTokens | undefined): Trouble {
    if (this.running !== undefined) return { reason: 'its token is being renewed', isFinal: false };
    const reason = this.#failureOf(tokens)?.reason ?? 'its token has run out before its time';
    return { reason, isFinal: false, retryAt: tokens && this.#nextAt(tokens) };
  }

  seen(tokens: KeptTokens): SeenTokens {
    const failure = this.#failureOf(tokens);
    return {
      ...tokens,
      nextRefreshAt: this.#nextAt(tokens),
      lastFailure: failure && { at: failure.at, reason: failure.reason },
    };
  }

  #notBefore(tokens: KeptTokens | undefined): number {
    const isShort = tokens !== undefined && (lifeOf(tokens) ?? shortLifeMs) < shortLifeMs;
    return Math.max(isShort ? this.#begunAt + leastPauseMs : 0, this.#failureOf(tokens)?.until ?? 0);
  }

  #failureOf(tokens: KeptTokens | undefined): Failure | undefined {
    const failure = this.#failure;
    if (failure?.tokens === undefined || tokens === undefined) return failure;
    return areSameTokens(failure.tokens, tokens) ? failure : undefined;
  }

  #nextAt(tokens: KeptTokens): number | undefined {
    const ms = this.dueIn(tokens);
    return ms === undefined ? undefined : this.#clock.now() + ms;
  }

  /** Settled when the tokens are first seen, so that it does not move. */
  #plannedAt(tokens: KeptTokens): number | undefined {
    const known = this.#planned.get(tokens);
    if (known !== undefined) return known.at;
    const due = dueAt(tokens, this.#clock.now(), this.#spread);
    const isCutShort = tokens.refreshBegunAt !== undefined;
    const at = due === undefined || isCutShort ? due : Math.max(due, this.#startAt);
    this.#planned.set(tokens, { at });
    return at;
  }
}
