import { openPricing } from '../../src/prices/pricing.ts';
import { modelsOf } from '../../src/what-if/compare.ts';
import { madeUp } from '../../src/what-if/made-up.ts';
import { madeUpAccount } from '../../src/what-if/made-up-account.ts';
import { readScenario } from '../../src/what-if/scenario-file.ts';
import type { Setup } from '../../src/what-if/setup.ts';
import type { AccountModel } from '../../src/what-if/simulated-account.ts';
import type { Step, Thread } from '../../src/what-if/traffic.ts';

export const pricing = openPricing(() => new Map());

/** The made-up traffic and accounts of a scenario that is written here. */
export function aSetup(toml: string, seed = 1): Setup {
  const scenario = readScenario('test.toml', toml, 'toml');
  const traffic = madeUp(scenario.traffic, seed);
  return { traffic, models: modelsOf(scenario, traffic.start), seed, pricing };
}

/** One call in the middle of a conversation; `over` says what is different about it. */
export function aStep(over: Partial<Step> = {}): Step {
  return {
    afterMs: 1000,
    model: 'claude-sonnet-5-5',
    prompt: 10_000,
    known: 8_000,
    common: 0,
    chapter: 0,
    output: 100,
    keptFor: '5m',
    answerMs: 2000,
    agents: [],
    ...over,
  };
}

export function aThread(steps: readonly Step[], over: Partial<Thread> = {}): Thread {
  return { session: 'one', agent: undefined, beginsMs: 0, steps, ...over };
}

/** An account without limits or troubles; `over` says what it has of them. */
export function aModel(name: string, over: Partial<AccountModel> = {}): AccountModel {
  const account = madeUpAccount(name, { priority: 100, weight: 1, models: [] });
  return { account, limits: {}, windows: [], troubles: [], ...over };
}
