import { Headroom } from '../accounts/headroom/headroom.ts';
import { silentLog } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { defaultSettings, type Settings } from '../config/settings.ts';
import type { Pricing } from '../prices/pricing.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { makePool, settingsFor, type Chooser, type MadePool } from './policies.ts';
import { Seeded } from './seeded.ts';
import { SimulatedAccount, type AccountModel } from './simulated-account.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface StageOptions {
  readonly policy: string;
  readonly models: readonly AccountModel[];
  /** When it begins (ms since the epoch). */
  readonly start: number;
  readonly seed: number;
  readonly pricing: Pricing;
  /** Left out, the defaults; the policy is the one that is tried. */
  readonly settings?: Settings | undefined;
  readonly chooser?: Chooser | undefined;
}

/** What an attempt looks at, without the sender: who answers depends on the call. */
type AroundAttempts = Pick<
  Gateway,
  | 'settings'
  | 'pool'
  | 'headroom'
  | 'secretOf'
  | 'tokens'
  | 'wayOutOf'
  | 'budgets'
  | 'pricing'
  | 'clock'
  | 'log'
  | 'random'
>;

/** The proxy's own pool and corridor in front of simulated accounts, on a clock that jumps. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly accounts: ReadonlyMap<string, SimulatedAccount>;
  readonly random: () => number;
  /** Hears of each call that was served what it left in a cache, as the proxy's pool does. */
  readonly heard: MadePool['heard'];
  /** The gateway for one call, whose attempts `sender` answers. */
  gatewayWith(sender: Pick<Gateway['sender'], 'send'>): Gateway;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { policy, models, start, seed, pricing, chooser } = options;
  const clock = new VirtualClock(start);
  const settings = settingsFor(policy, options.settings ?? defaultSettings);
  const seeded = new Seeded(seed);
  const [ours, upstreams, clients] = [seeded.fork(), seeded.fork(), seeded.fork()];
  const accounts = new Map<string, SimulatedAccount>();
  for (const model of models) {
    const random = upstreams.fork();
    const account = new SimulatedAccount(model, pricing, () => random.next(), start);
    accounts.set(account.id, account);
  }
  const headroom = await Headroom.open({ table: nowhere, clock, log: silentLog });
  const { pool, heard } = makePool({
    policy,
    accounts: models.map(({ account }) => account),
    settings,
    headroom,
    clock,
    chooser,
  });
  const around: AroundAttempts = {
    settings: () => settings,
    pool,
    headroom,
    secretOf: () => secret,
    tokens: { renew: () => Promise.resolve({ is: 'stands' }), trouble: () => undefined },
    wayOutOf: () => undefined,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no budget holds, and attempts ask only for bars
    budgets: { barred: () => undefined } as unknown as Gateway['budgets'],
    pricing,
    clock,
    log: silentLog,
    random: () => ours.next(),
  };
  return {
    clock,
    accounts,
    random: () => clients.next(),
    heard,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an attempt looks at nothing else
    gatewayWith: (sender) => ({ ...around, sender }) as unknown as Gateway,
  };
}

const secret = new Secret('made up');

/** What is left of the accounts is remembered as in the proxy, and written nowhere. */
const nowhere = { read: () => Promise.resolve([]), write: () => Promise.resolve() };
