import type { ClientKeys, ClientKey } from '../access/client-keys.ts';
import type { Admission as KeyAdmission } from '../access/limits.ts';
import type { Account } from '../accounts/account.ts';
import type { Bindings } from '../accounts/bindings.ts';
import type { WayOutOf } from '../accounts/way-out.ts';
import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Pool } from '../accounts/pool.ts';
import type { Refresher } from '../accounts/refresher.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Signal } from '../base/signal.ts';
import type { Settings } from '../config/settings.ts';
import type { Admission, Budgets } from '../usage/budgets/budgets.ts';
import type { Asked } from '../usage/budgets/expectation.ts';
import type { UsageView } from '../usage/budgets/usage-view.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { Keep } from '../usage/keep.ts';
import type { Pricing } from '../prices/pricing.ts';
import type { Sender } from '../wire/sender.ts';
import type { Chooser } from './chooser.ts';
import type { Crowd, HeldBytes } from './held.ts';
import type { Afterwards } from './afterwards.ts';
import type { Models } from './models.ts';
import type { Onlookers } from './onlookers.ts';
import type { Underway } from './underway.ts';
import type { Unread } from './unread.ts';
import type { Work } from './work.ts';

/** At hand, or to be waited for: where another process decides (docs/workers.md). */
export type Now<T> = T | Promise<T>;

/** How many calls may be inside at once, all clients together. */
export interface Entrance extends Pick<Crowd, 'calls' | 'streams' | 'stream'> {
  /** Lets one more call in; the returned function lets it out. @throws GatewayError overloaded_here */
  enter(most: number): Now<() => void>;
}

/** What may be spent, and by whom, as far as a call asks. */
export interface Purse extends Pick<Budgets, 'barred' | 'countsEverything' | 'look'> {
  admit(clientId: string | undefined, asked: Asked): Now<Admission>;
  usageOf(clientId: string): Now<UsageView>;
}

/** What a call meets on its way; made once by the server. */
export interface Gateway {
  /** The settings as they are now; a reload replaces them between two calls. */
  readonly settings: () => Settings;
  readonly keys: Pick<ClientKeys, 'authenticate' | 'hasAny'>;
  readonly limits: { admit(key: ClientKey): Now<KeyAdmission> };
  readonly pool: Pool;
  /** Who takes the attempts of a call, where that is not `pool` alone. */
  readonly chooserFor?: (work: Work) => Chooser;
  readonly bindings: Pick<Bindings, 'find' | 'remember'>;
  readonly headroom: Pick<Headroom, 'learn' | 'of'>;
  readonly models: Models;
  readonly sender: Sender;
  /** The secret of an account, from memory where it was read before; `signal` is that of whoever waits. */
  readonly secretOf: (account: Account, signal?: Signal) => Secret | Promise<Secret | undefined>;
  /** What becomes of tokens that run out or are refused. */
  readonly tokens: Pick<Refresher, 'renew' | 'trouble'>;
  /** The way out of an account, where it has one of its own. */
  readonly wayOutOf: WayOutOf;
  readonly held: HeldBytes;
  readonly crowd: Entrance;
  /** Who is inside now. */
  readonly underway: Underway;
  /** Who looks at the requests. */
  readonly onlookers: Pick<Onlookers, 'any'>;
  /** What may be spent, and by whom. */
  readonly budgets: Purse;
  /** Where a call is written down when it is over. */
  readonly afterwards: Afterwards;
  /** Hears of every call when it is over. */
  readonly record: Recorder;
  /** Keeps what is said in calls, where somebody wants that. */
  readonly keep: Keep;
  /** What calls cost, where somebody knows prices. */
  readonly pricing?: Pricing;
  /** Where it is said why an answer's usage could not be read. */
  readonly unread: Unread;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 … 1, for jitter; handed in so that a test can choose it. */
  readonly random: () => number;
}

/** Who calls. */
export type Client = { readonly is: 'local' } | { readonly is: 'keyed'; readonly key: ClientKey };
