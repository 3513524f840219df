import { expect, test } from 'bun:test';
import { budgetView } from '../../src/admin/budget-view.ts';
import type { SeenBudget } from '../../src/usage/budgets/budgets.ts';

const seen: SeenBudget = {
  pot: {
    name: 'team',
    scope: 'key',
    of: ['ann', 'bob'],
    subjects: ['key:1', 'key:2'],
    period: 'weekly',
    unit: 'usd',
    limit: 20e6,
    warnAt: 0.75,
    isHard: true,
    isShared: true,
  },
  used: 20_000_049,
  resetAt: Date.parse('2026-11-23T00:00Z'),
  held: 1_234,
  callsInFlight: 3,
};

test('money is in dollars, to the hundredth of a cent, and percents are whole', () => {
  expect(budgetView(seen)).toEqual({
    name: 'team',
    scope: 'key',
    of: ['ann', 'bob'],
    period: 'weekly',
    unit: 'usd',
    limit: 20,
    used: 20,
    percent: 100,
    hard: true,
    isUsedUp: true,
    resetsAt: '2026-11-23T00:00:00.000Z',
    held: 0.0012,
    inFlight: 3,
  });
});

test('tokens are whole, and a budget is used up only when all of it is', () => {
  const pot = { ...seen.pot, unit: 'tokens', limit: 1_000 } as const;
  expect(budgetView({ ...seen, pot, used: 999.4, held: 0.4 })).toMatchObject({
    used: 999,
    held: 0,
    percent: 99,
    isUsedUp: false,
  });
});
