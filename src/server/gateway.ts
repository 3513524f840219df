import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Pool } from '../accounts/pool.ts';
import { KeyLimits } from '../access/limits.ts';
import type { Settings } from '../config/settings.ts';
import { costOf, moveCost } from '../prices/cost.ts';
import { openPriceBook } from '../prices/price-book.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { HeldBytes } from '../proxy/held.ts';
import { Models } from '../proxy/models.ts';
import { Unread } from '../proxy/unread.ts';
import type { Pricing } from '../usage/priced.ts';
import type { Wire } from '../wire/open.ts';
import { readExtraCa } from './extra-ca.ts';
import { refreshCounter } from './metrics.ts';
import type { Parts } from './parts.ts';
import { tidiedWhenQuiet } from './quiet.ts';
import type { Recording } from './recording.ts';
import { rememberedSecrets } from './secrets.ts';
import { openTokens, type Tokens } from './tokens.ts';
import { rememberedWaysOut } from './ways-out.ts';

export interface GatewayOptions extends Parts {
  readonly pool: Pool;
  readonly headroom: Headroom;
  readonly recording: Pick<Recording, 'record' | 'metrics'>;
  readonly wire: Wire;
}

/** What calls cost, by the price list and what the settings say beside it. */
function pricingOf(settings: () => Settings): Pricing {
  const book = openPriceBook(() => settings().prices);
  return {
    costOf: (usage, model, at) => costOf(usage, model, at, book),
    moveCost: (tokens, model, at, keptFor) => moveCost(tokens, model, at, book, keptFor),
  };
}

/** Everything that a call meets on its way. */
export async function openGateway(options: GatewayOptions): Promise<{ gateway: Gateway; tokens: Tokens }> {
  const { stores, live, wire, recording, closing, pool, headroom, clock, log } = options;
  const { keys, bindings, accounts } = stores;
  const settings = (): Settings => live.settings;
  const sender = wire.openSender({ clock, extraCa: await readExtraCa(settings().upstream.extraCa) });
  closing.push(() => {
    sender.close();
  });
  const onRefresh = refreshCounter(recording.metrics);
  const tokens = openTokens({ ...options, accounts, sender, settings, onRefresh });
  closing.push(() => tokens.close());
  live.onChange(() => {
    tokens.reconsider();
  });
  const secretOf = rememberedSecrets(accounts, tokens.refresher);
  const wayOutOf = rememberedWaysOut((entry) => accounts.secret(entry));
  const gateway: Gateway = {
    settings,
    keys,
    limits: new KeyLimits(clock),
    pool,
    bindings,
    headroom,
    models: new Models({ sender, secretOf, wayOutOf, clock, log }),
    sender,
    secretOf,
    tokens: tokens.refresher,
    wayOutOf,
    held: new HeldBytes(),
    crowd: tidiedWhenQuiet(clock, () => {
      Bun.gc(true);
    }),
    record: recording.record,
    pricing: pricingOf(settings),
    unread: new Unread(log),
    clock,
    log,
    random: Math.random,
  };
  return { gateway, tokens };
}
