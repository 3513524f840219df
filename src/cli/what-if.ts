import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { openPricing } from '../prices/pricing.ts';
import { openDatabaseOf } from '../server/stores.ts';
import { compare, modelsOf } from '../what-if/compare.ts';
import { madeUp } from '../what-if/made-up.ts';
import { policyNames } from '../what-if/policies.ts';
import { recordedAccounts } from '../what-if/recorded-accounts.ts';
import { recordedTraffic } from '../what-if/recorded.ts';
import { scenarioFrom, scenarioText } from '../what-if/scenario-file.ts';
import type { Setup } from '../what-if/setup.ts';
import type { Action, Cli } from './cli.ts';
import { pastMomentOf } from './moments.ts';
import { problem } from './problems.ts';
import { noteLog } from './reach.ts';
import { showComparison, viewOfComparison } from './what-if-table.ts';

export interface WhatIfOptions {
  readonly policy?: string;
  readonly from?: string;
  readonly since?: string;
  readonly seed?: number;
  readonly print?: boolean;
}

const usualScenario = 'week-200x4';

/** `what-if [scenario]`: plays traffic under every policy, and shows what came of it. */
export const whatIf: Action<WhatIfOptions> = async (cli, options, [scenario]) => {
  if (options.print === true) {
    cli.terminal.write(await scenarioText(scenario ?? usualScenario));
    return 0;
  }
  const policies = policiesOf(options.policy ?? 'all');
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  const { traffic, models } = await playedOf(cli, options, scenario, settings);
  const setup: Setup = {
    traffic,
    models,
    seed: options.seed ?? 1,
    pricing: openPricing(() => settings.prices),
    settings,
  };
  const began = cli.clock.monotonic();
  const comparison = await compare(setup, policies, policies.length > 1);
  const ms = cli.clock.monotonic() - began;
  if (cli.isJson) cli.terminal.json(viewOfComparison(comparison, models));
  else showComparison(cli.terminal, comparison, { models, ms });
  return 0;
};

/** @throws Problem value-invalid */
function policiesOf(name: string): readonly string[] {
  const all = policyNames();
  if (name === 'all') return all;
  if (all.includes(name)) return [name];
  throw problem('value-invalid', {
    option: '--policy',
    value: name.slice(0, 40),
    expects: ['all', ...all].join(', '),
  });
}

type Played = Pick<Setup, 'traffic' | 'models'>;

/** @throws Problem value-invalid, traffic-missing, no-accounts, Problem of the scenario; DatabaseError */
async function playedOf(
  cli: Cli,
  { from = 'scenario', since = '7d', seed = 1 }: WhatIfOptions,
  name: string | undefined,
  settings: Settings,
): Promise<Played> {
  if (from === 'ledger') return recordedHere(cli, since, name, settings);
  if (from !== 'scenario')
    throw problem('value-invalid', {
      option: '--from',
      value: from.slice(0, 40),
      expects: 'ledger or scenario',
    });
  const scenario = await scenarioFrom(name ?? usualScenario);
  const traffic = madeUp(scenario.traffic, seed);
  return { traffic, models: modelsOf(scenario, traffic.start) };
}

/** What the ledger has; the accounts are those of this home, or those of a scenario. */
async function recordedHere(
  cli: Cli,
  since: string,
  name: string | undefined,
  settings: Settings,
): Promise<Played> {
  const { places, env, clock } = cli;
  const moment = pastMomentOf(since, clock.now(), '--since');
  const scenario = name === undefined ? undefined : await scenarioFrom(name);
  const database = await openDatabaseOf({ places, env, settings, clock, log: noteLog(cli) });
  try {
    const recorded = await recordedTraffic(database.query, moment);
    if (recorded === undefined) throw problem('traffic-missing');
    const { traffic, spendings } = recorded;
    const models =
      scenario === undefined
        ? await recordedAccounts(database, spendings)
        : modelsOf(scenario, traffic.start);
    if (models.length === 0) throw problem('no-accounts');
    return { traffic, models };
  } finally {
    await database.close();
  }
}
