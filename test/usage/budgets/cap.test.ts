import { expect, it } from 'bun:test';
import { type Cap, isUsedUp, thresholdOf } from '../../../src/usage/budgets/cap.ts';
import { Pots } from '../../../src/usage/budgets/pots.ts';
import { aBudget } from '../../help/a-budget.ts';

function aCap(used: number, warnAt = 0.75): Cap {
  const set = new Map([['b', aBudget({ limitTokens: 1_000, warnAt })]]);
  const [pot] = new Pots({ budgets: set, keys: [], accounts: [] }).all;
  return { pot: pot!, used, resetAt: 0 };
}

it('the highest threshold that is passed counts: the one of the setting, 0.95, and 1', () => {
  expect([0, 749, 750, 949, 950, 999, 1_000, 5_000].map((used) => thresholdOf(aCap(used)))).toEqual([
    undefined,
    undefined,
    0.75,
    0.75,
    0.95,
    0.95,
    1,
    1,
  ]);
  expect([960, 979, 980].map((used) => thresholdOf(aCap(used, 0.98)))).toEqual([0.95, 0.95, 0.98]);
});

it('a budget is used up when all of it is, and not a moment before', () => {
  expect([999.999, 1_000, 1_001].map((used) => isUsedUp(aCap(used)))).toEqual([false, true, true]);
});
