import { KeyLimits } from '../access/limits.ts';
import type { Pool } from '../accounts/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Places } from '../config/places.ts';
import type { Settings } from '../config/settings.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { Crowd, HeldBytes } from '../proxy/held.ts';
import { Models } from '../proxy/models.ts';
import { openSender } from '../wire/send.ts';
import { rememberedEgress } from './egress.ts';
import { readExtraCa } from './extra-ca.ts';
import { rememberedSecrets } from './secrets.ts';
import type { Stores } from './stores.ts';
import { openTokens, type Tokens } from './tokens.ts';

export interface GatewayParts {
  readonly stores: Stores;
  readonly pool: Pool;
  readonly settings: () => Settings;
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets what closes the parts that are opened here, in the order of opening. */
  readonly closing: (() => void | Promise<void>)[];
}

/** What a call meets on its way, and the tokens its accounts use. @throws Problem ca-unreadable */
export async function openGateway(parts: GatewayParts): Promise<{ gateway: Gateway; tokens: Tokens }> {
  const { stores, pool, settings, clock, log, closing } = parts;
  const { keys, bindings, accounts } = stores;
  const sender = openSender({ clock, extraCa: await readExtraCa(settings().upstream.extraCa) });
  closing.push(() => {
    sender.close();
  });
  const tokens = openTokens({ ...parts, accounts, sender });
  closing.push(() => tokens.close());
  const secretOf = rememberedSecrets(accounts, tokens.refresher);
  const egressOf = rememberedEgress((entry) => accounts.secret(entry));
  const gateway = {
    settings,
    keys,
    limits: new KeyLimits(clock),
    pool,
    bindings,
    models: new Models({ sender, secretOf, egressOf, clock, log }),
    sender,
    secretOf,
    tokens: tokens.refresher,
    egressOf,
    held: new HeldBytes(),
    crowd: new Crowd(),
    clock,
    log,
    random: Math.random,
  };
  return { gateway, tokens };
}
