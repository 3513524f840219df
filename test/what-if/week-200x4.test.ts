import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { showComparison } from '../../src/cli/what-if-table.ts';
import { openPricing } from '../../src/prices/pricing.ts';
import { compare, modelsOf } from '../../src/what-if/compare.ts';
import { madeUp } from '../../src/what-if/made-up.ts';
import { policyNames } from '../../src/what-if/policies.ts';
import { scenarioFrom } from '../../src/what-if/scenario-file.ts';
import { aScreen } from '../help/a-screen.ts';

test('in a week of 200 sessions on 4 accounts, balanced loses less than 5 % of what an oracle keeps', async () => {
  const { traffic: shape, ...scenario } = await scenarioFrom('week-200x4');
  const traffic = madeUp(shape, 1);
  const models = modelsOf({ traffic: shape, ...scenario }, traffic.start);
  const setup = { traffic, models, seed: 1, pricing: openPricing(() => new Map()) };
  const comparison = await compare(setup, policyNames(), true);
  const { tallies, oracle, sessions } = comparison;
  const shareOf = (policy: string): number =>
    (tallies.find((tally) => tally.policy === policy)?.total.cacheRead ?? 0) / (oracle?.cacheRead ?? 0);
  expect([sessions, models.length]).toEqual([200, 4]);
  expect(shareOf('balanced')).toBeGreaterThan(0.95);
  // Nor more than that of what nobody could keep, for whom limits and troubles are real.
  const balanced = tallies.find(({ policy }) => policy === 'balanced');
  expect(balanced?.total.cacheRead).toBeGreaterThan(0.95 * (oracle?.ceiling ?? Number.POSITIVE_INFINITY));
  // The limits are such that it matters who takes a call.
  expect(shareOf('call-by-call')).toBeLessThan(0.9);
  expect(balanced?.total.failed).toBeLessThan(0.002 * (balanced?.total.calls ?? 0));
  // What the pages show is what the command prints.
  const { terminal, out } = aScreen();
  showComparison(terminal, comparison, { models, ms: 0 });
  for (const page of ['docs/what-if.md', 'docs/routing.md'])
    expect(readFileSync(page, 'utf8')).toContain(`\n${out.join('\n')}\n`);
}, 120_000);
