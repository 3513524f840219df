import type { Settings } from '../config/settings.ts';
import type { Pricing } from '../prices/pricing.ts';
import { play } from './clients.ts';
import type { Chooser } from './policies.ts';
import type { AccountModel } from './simulated-account.ts';
import { openStage } from './stage.ts';
import type { Tally } from './tally.ts';
import type { Traffic } from './traffic.ts';

/** Everything that is the same for every policy. */
export interface Setup {
  readonly traffic: Traffic;
  readonly models: readonly AccountModel[];
  readonly seed: number;
  readonly pricing: Pricing;
  /** How the proxy is set; left out, the defaults. The policy is the one that is tried. */
  readonly settings?: Settings;
}

/** Plays the traffic once under `policy`, or as `chooser` wants it. */
export async function playPolicy(
  { traffic, ...setup }: Setup,
  policy: string,
  chooser?: Chooser,
): Promise<Tally> {
  const stage = await openStage({ ...setup, policy, chooser, start: traffic.start });
  return play(traffic, stage, policy);
}
