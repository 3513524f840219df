import { madeUpAccount } from './made-up-account.ts';
import { oracleOf, type Oracle } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import type { AccountModel } from './simulated-account.ts';
import type { Tally } from './tally.ts';
import { playPolicy, type Setup } from './setup.ts';
import { callsIn } from './traffic.ts';

/** The accounts of a scenario for traffic that begins at `start`. */
export function modelsOf({ accounts, troubles }: Scenario, start: number): AccountModel[] {
  return accounts.map(({ name, priority, weight, models, maxConcurrent, limits, windows }) => ({
    account: madeUpAccount(name, {
      priority,
      weight,
      models,
      ...(maxConcurrent !== undefined && { maxConcurrent }),
    }),
    limits,
    windows,
    troubles: troubles
      .filter(({ account }) => account === undefined || account === name)
      .map(({ kind, from, until, share }) => ({ kind, share, from: start + from, until: start + until })),
  }));
}

/** Policies side by side. */
export interface Comparison {
  readonly calls: number;
  readonly sessions: number;
  readonly tallies: readonly Tally[];
  /** Only where all policies were played. */
  readonly oracle: Oracle | undefined;
}

/** Plays the traffic under each of `policies`; with `withOracle` their best is looked for as well. */
export async function compare(
  setup: Setup,
  policies: readonly string[],
  withOracle: boolean,
): Promise<Comparison> {
  const { threads } = setup.traffic;
  const calls = callsIn(threads);
  const tallies: Tally[] = [];
  for (const policy of policies) tallies.push(await playPolicy(setup, policy));
  const oracle = withOracle ? await oracleOf(setup, calls, tallies) : undefined;
  return { calls, sessions: new Set(threads.map(({ session }) => session)).size, tallies, oracle };
}
