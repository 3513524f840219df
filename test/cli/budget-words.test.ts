import { expect, test } from 'bun:test';
import { amountWords } from '../../src/admin/amount-words.ts';
import { budgetsOf, keyBudgetWords } from '../../src/cli/budget-words.ts';

test.each([
  ['20usd/month', { period: 'monthly', limitUsd: 20, hard: true }],
  ['0.5 USD/day', { period: 'daily', limitUsd: 0.5, hard: true }],
  ['5usd/week/soft', { period: 'weekly', limitUsd: 5, hard: false }],
  ['1token/day', { period: 'daily', limitTokens: 1, hard: true }],
  ['500ktokens/day', { period: 'daily', limitTokens: 500_000, hard: true }],
  ['2.5mtokens/month', { period: 'monthly', limitTokens: 2_500_000, hard: true }],
] as const)('%s is understood', (text, budget) => {
  expect(budgetsOf([text])).toEqual([budget]);
});

test.each([
  '',
  '20',
  'usd/month',
  '-1usd/day',
  '0usd/day',
  '0.001usd/day',
  '1e9usd/day',
  '9999999999usd/day',
])('"%s" is not', (text) => {
  expect(() => budgetsOf([text])).toThrow('--budget cannot be');
});

test('a budget is told in words', () => {
  expect(keyBudgetWords({ period: 'daily', limitUsd: 1234.5, limitTokens: null, hard: true })).toBe(
    '$1,234.50 a day',
  );
  expect(keyBudgetWords({ period: 'monthly', limitUsd: null, limitTokens: 2_000_000, hard: false })).toBe(
    '2,000,000 tokens a month, only warned of',
  );
  expect(amountWords('usd', 0)).toBe('$0.00');
  expect([0.01, 0.0052, 0.1, 12.345].map((usd) => amountWords('usd', usd))).toEqual([
    '$0.01',
    '$0.0052',
    '$0.10',
    '$12.35',
  ]);
});
