import { randomBytes } from 'node:crypto';
import { Refresher, type Pace } from '../../src/accounts/refresher.ts';
import type { Renewing } from '../../src/accounts/refresh-once.ts';
import { wallClock } from '../../src/base/clock.ts';
import { settingsOf } from '../../src/config/settings.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { openOAuth } from '../../src/oauth/open.ts';
import { openSender } from '../../src/wire/send.ts';
import { clientId } from '../help/a-token-provider.ts';
import { anAccount } from '../help/an-account.ts';
import { type Means, meansIn } from './a-renewing.ts';

/** The account `name` of the provider `sim`. */
export const simAccount = (name: string) => anAccount(name, { kind: 'oauth', provider: 'sim' });

/** What a process refreshes with, for real: files, sockets, the clock on the wall. */
export interface OpenRefresher extends Means {
  readonly refresher: Refresher;
  end(): Promise<void>;
}

export interface RefresherWays {
  readonly vault?: (vault: Vault) => Vault;
  readonly provider?: (provider: Renewing) => Renewing;
  readonly pace?: Pace;
}

/** A process on `home` whose accounts are signed in at the provider at `url`. */
export async function openRefresher(
  home: string,
  url: string,
  ways: RefresherWays = {},
): Promise<OpenRefresher> {
  const { providers } = settingsOf(
    new Map([
      ['providers.sim.token_endpoint', `${url}/oauth/token`],
      ['providers.sim.client_id', clientId],
    ]),
  );
  const sender = openSender({ clock: wallClock });
  const world = { sender, clock: wallClock, random: randomBytes };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const oauth = openOAuth({ ...world, providers: () => providers, env: {}, log });
  const means = await meansIn(home, wallClock, ways.provider?.(oauth) ?? oauth, ways.vault);
  const { pace } = ways;
  const refresher = new Refresher({
    ...means,
    random: Math.random,
    onEnd: () => {},
    ...(pace !== undefined && { pace }),
  });
  return {
    ...means,
    refresher,
    async end() {
      await refresher.close();
      await oauth.close();
      sender.close();
    },
  };
}
