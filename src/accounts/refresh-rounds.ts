import type { Clock } from '../base/clock.ts';
import type { AccountTokens } from './account-tokens.ts';
import type { Account } from './account.ts';
import type { Refresher } from './refresher.ts';

/** The longest time between two looks (ms): timers stand still while a machine sleeps, tokens expire. */
const longestMs = 30_000;
const shortestMs = 10;

export interface RoundsOptions {
  readonly accounts: () => readonly Account[];
  readonly tokens: AccountTokens;
  readonly refresher: Refresher;
  readonly clock: Clock;
  /** Told at every look: tokens may have run out. */
  readonly onLook: () => void;
}

/** Looks that follow each other. */
export interface Rounds {
  /** Has the next look at once: somebody may be due who was not. */
  soon(): void;
  stop(): void;
}

/**
 * Renews tokens ahead of their expiry, so that no call has to wait for it: looks from now on who is due. An
 * account that is switched off makes no traffic.
 */
export function refreshInRounds({ accounts, tokens, refresher, clock, onLook }: RoundsOptions): Rounds {
  let isStopped = false;
  let cancel = (): void => {};
  const look = (): void => {
    onLook();
    let next = longestMs;
    for (const account of accounts()) {
      if (account.kind !== 'oauth' || !account.enabled) continue;
      const dueIn = refresher.dueIn(account);
      if (dueIn === 0) void refresher.attempt(account).then(soon);
      else if (dueIn !== undefined) next = Math.min(next, dueIn);
    }
    wait(Math.max(shortestMs, next));
  };
  const wait = (ms: number): void => {
    cancel();
    if (!isStopped) cancel = clock.after(ms, look);
  };
  const soon = (): void => {
    wait(shortestMs);
  };
  const forget = tokens.onChange(soon);
  soon();
  return {
    soon,
    stop() {
      isStopped = true;
      forget();
      cancel();
    },
  };
}
