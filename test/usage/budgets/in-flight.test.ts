import { expect, it } from 'bun:test';
import { InFlight } from '../../../src/usage/budgets/in-flight.ts';

it('what running calls may cost adds up, and nothing is left over when the last is done', () => {
  const flying = new InFlight();
  const amounts = Array.from({ length: 1_000 }, (_, at) => ({ microUsd: 0.1 * at, tokens: at }));
  for (const amount of amounts) flying.take('total', amount);
  expect(flying.of('total').calls).toBe(1_000);
  expect(flying.of('total').amount.tokens).toBe(499_500);
  expect(flying.of('key:a')).toEqual({ amount: { microUsd: 0, tokens: 0 }, calls: 0 });
  for (const amount of amounts.toReversed()) flying.give('total', amount);
  expect(flying.of('total')).toEqual({ amount: { microUsd: 0, tokens: 0 }, calls: 0 });
});
