import type { Account } from '../accounts/account.ts';
import type { RefreshEnd } from '../accounts/refresh-once.ts';
import { refreshInRounds } from '../accounts/refresh-rounds.ts';
import { Refresher } from '../accounts/refresher.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import { randomBytes } from '../base/hash.ts';
import type { Log } from '../base/log.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { isSameValue } from '../base/same-value.ts';
import type { Places } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import { type OAuth, openOAuth } from '../oauth/open.ts';
import type { Sender } from '../wire/sender.ts';

export interface TokensOptions {
  readonly accounts: AccountStore;
  readonly sender: Sender;
  readonly settings: () => Settings;
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every renewal that is over. */
  readonly onRefresh: (account: Account, end: RefreshEnd) => void;
}

/** Tokens of providers: signed in for, and renewed. */
export interface Tokens {
  readonly oauth: OAuth;
  readonly refresher: Refresher;
  /** Begins to renew tokens ahead of their expiry. */
  start(): void;
  /** The settings have changed: what a provider refused us for may have been put right. */
  reconsider(): void;
  /** Lets what has been sent to a provider be answered and stored. */
  close(): Promise<void>;
}

export function openTokens({ accounts, settings, places, onRefresh, ...world }: TokensOptions): Tokens {
  const oauth = openOAuth({ ...world, providers: () => settings().providers, random: randomBytes });
  const { tokens } = accounts;
  const onLook = accounts.noteTokens.bind(accounts);
  const lockFolder = places.locks;
  const refresher = new Refresher({
    ...world,
    tokens,
    provider: oauth,
    lockFolder,
    random: Math.random,
    onEnd(account, end) {
      onRefresh(account, end);
      onLook();
    },
  });
  let rounds: ReturnType<typeof refreshInRounds> | undefined;
  let { providers } = settings();
  return {
    oauth,
    refresher,
    start() {
      const { clock } = world;
      rounds = refreshInRounds({ accounts: () => accounts.list(), tokens, refresher, clock, onLook });
    },
    reconsider() {
      const before = providers;
      ({ providers } = settings());
      if (isSameValue(before, providers)) return;
      refresher.forgive();
      rounds?.soon();
    },
    async close() {
      rounds?.stop();
      await refresher.close();
      await oauth.close();
    },
  };
}

/** Renews the tokens of `account` because a person wants it. @throws Problem refresh-failed, signed-out */
export async function refreshNow(refresher: Refresher, account: Account): Promise<void> {
  const end = await refresher.refresh(account);
  switch (end.is) {
    case 'fresh':
      return;
    case 'over': {
      const fix = `Sign in again: \`${ownCommand(`auth login ${account.name}`)}\`.`;
      throw new Problem(
        'refresh-failed',
        `"${account.name}" is signed out: ${end.reason.replace(/\.$/, '')}.`,
        fix,
      );
    }
    case 'put-off': {
      const title = `The token of "${account.name}" was not renewed: ${end.reason.replace(/\.$/, '')}.`;
      const fix = {
        provider: 'It is tried again by itself; the old token stays in use until it expires.',
        settings: `Correct [providers.${account.provider ?? ''}] in config.toml; it is tried again then.`,
        here: 'Put that right; it is tried again by itself.',
      }[end.because];
      throw new Problem('refresh-failed', title, fix);
    }
  }
}
