import { expect, it } from 'bun:test';
import { Expectations } from '../../../src/usage/budgets/expectation.ts';
import { flatPrice } from '../../help/a-budget.ts';

const tokens = (on: Expectations, model: string, maxTokens: number | undefined, bodyBytes = 0): number =>
  on.of({ model, maxTokens, bodyBytes }, 0).tokens;

it('four bytes of the body are a token of input, at the price of the model that was asked for', () => {
  const asked: string[] = [];
  const on = new Expectations((model, usage) => {
    asked.push(model);
    return flatPrice(model, usage, 0);
  });
  expect(on.of({ model: 'm', maxTokens: 0, bodyBytes: 401 }, 0)).toEqual({ microUsd: 101, tokens: 101 });
  expect(asked).toEqual(['m']);
});

it('the output is what answers came to, not what may come at the most', () => {
  const on = new Expectations(flatPrice);
  for (let at = 0; at < 200; at += 1) on.learn('m', 300);
  expect(tokens(on, 'm', 1_000)).toBeCloseTo(300, -1);
  expect(tokens(on, 'm', 200)).toBe(200);
});

it('at least an eighth of what may come is expected: beyond that no answer goes more than eightfold', () => {
  const on = new Expectations(flatPrice);
  for (let at = 0; at < 200; at += 1) on.learn('m', 1);
  for (const most of [1, 8, 64_000, 128_000]) expect(tokens(on, 'm', most) * 8).toBeGreaterThanOrEqual(most);
});

it('without a number, and with one beyond any model, the most any model gives counts', () => {
  const on = new Expectations(flatPrice);
  expect(tokens(on, 'm', undefined)).toBe(16_000);
  expect(tokens(on, 'm', 1e12)).toBe(16_000);
});

it('longer answers are believed at once, shorter ones slowly', () => {
  const on = new Expectations(flatPrice);
  on.learn('m', 9_000);
  expect(tokens(on, 'm', 20_000)).toBe(5_000);
  on.learn('m', 0);
  expect(tokens(on, 'm', 20_000)).toBe(4_500);
});

it('remembers no more models than anybody has', () => {
  const on = new Expectations(flatPrice);
  on.learn('first', 9_000);
  for (let at = 0; at < 200; at += 1) on.learn(`made-up-${at}`, 1);
  expect(tokens(on, 'first', 4_000)).toBe(1_000);
});
