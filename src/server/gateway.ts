import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Pool } from '../accounts/pool.ts';
import { KeyLimits } from '../access/limits.ts';
import type { Gateway } from '../proxy/gateway.ts';
import { Afterwards } from '../proxy/afterwards.ts';
import { HeldBytes } from '../proxy/held.ts';
import { Models } from '../proxy/models.ts';
import type { Onlookers } from '../proxy/onlookers.ts';
import { Underway } from '../proxy/underway.ts';
import { Unread } from '../proxy/unread.ts';
import type { Budgets } from '../usage/budgets/budgets.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { Keep } from '../usage/keep.ts';
import type { Pricing } from '../prices/pricing.ts';
import type { Wire } from '../wire/open.ts';
import { readExtraCa } from './extra-ca.ts';
import { refreshCounter } from './metrics.ts';
import type { Parts } from './parts.ts';
import { tidiedWhenQuiet } from './quiet.ts';
import type { Recording } from './recording.ts';
import { rememberedSecrets } from './secrets.ts';
import { openTokens, type Tokens } from './tokens.ts';
import { rememberedWaysOut } from './ways-out.ts';
import { sharing } from './workers/share.ts';

export interface GatewayOptions extends Parts {
  readonly pool: Pool;
  readonly headroom: Headroom;
  /** Hears of every call besides those who record it. */
  readonly heard: Recorder;
  readonly budgets: Budgets;
  readonly pricing: Pricing;
  readonly recording: Pick<Recording, 'record' | 'metrics'>;
  readonly keep: Keep;
  readonly wire: Wire;
  readonly onlookers: Onlookers;
}

/** Everything that a call meets on its way. */
export async function openGateway(options: GatewayOptions): Promise<{ gateway: Gateway; tokens: Tokens }> {
  const { stores, live, wire, recording, closing, pool, headroom, heard, budgets, pricing, processes } =
    options;
  const { clock, log } = options;
  const { keys, bindings, accounts } = stores;
  const settings = sharing(() => live.settings, processes);
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
    underway: new Underway(),
    onlookers: options.onlookers,
    afterwards: openAfterwards(options),
    record(call) {
      heard(call);
      recording.record(call);
    },
    keep: options.keep,
    budgets,
    pricing,
    unread: new Unread(log),
    clock,
    log,
    random: Math.random,
  };
  return { gateway, tokens };
}

function openAfterwards({ behindTurn, log, closing }: Parts): Afterwards {
  const afterwards = new Afterwards(behindTurn, log);
  closing.push(() => {
    afterwards.finish();
  });
  return afterwards;
}
