import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';

/** A simulated API on a free port whose tokens come from its own sign-ins, and from nowhere else. */
export interface TokenProvider {
  readonly url: string;
  readonly simulator: Simulator;
  /** The settings of a proxy that knows it as the provider `sim`. */
  readonly config: string;
  /** What a new sign-in would have given. */
  signIn(): TokenSet;
  /** How often somebody has asked for tokens. */
  asked(): number;
  /** How often a refresh token came back that had been replaced long ago: somebody lost count. */
  alarms(): number;
  close(): Promise<void>;
}

/** The client id that its tokens are for. */
export const clientId = 'proxy-under-test';

export async function aTokenProvider(oauth: OAuthOptions = {}): Promise<TokenProvider> {
  const { simulator, url, close } = await startSimulator({
    oauth,
    open: false,
    clock: wallClock,
    log: silentLog,
  });
  const { signIns } = simulator;
  return {
    url,
    simulator,
    config: `[providers.sim]\nissuer = "${url}"\nclient_id = "${clientId}"\n`,
    signIn() {
      const { settings, book } = signIns;
      const now = wallClock.now();
      const family = book.begin(signIns.person(undefined)!, clientId, undefined, now);
      const { access, refresh } = book.issue(family, settings, now);
      return {
        access: new Secret(access),
        refresh: refresh === undefined ? undefined : new Secret(refresh),
        expiresAt: now + settings.accessSeconds * 1000,
        scope: undefined,
        label: undefined,
      };
    },
    asked: () => simulator.calls.filter(({ target }) => target === '/oauth/token').length,
    alarms: () => signIns.book.alarms,
    close: () => close(0),
  };
}
