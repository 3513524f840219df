import { expect, test } from 'bun:test';
import { openPricing } from '../../src/prices/pricing.ts';
import type { SetPrices } from '../../src/prices/set-prices.ts';
import { aSetPrice } from './a-set-price.ts';
import { aUsage, today } from '../help/a-usage.ts';

test('a usage and a move are priced by the settings as they are at the call', () => {
  let set: SetPrices = new Map();
  const pricing = openPricing(() => set);
  const cost = () => pricing.costOf(aUsage({ input: 100 }), 'claude-opus-5-5', today);
  expect(cost()).toMatchObject({ microUsd: 400, basis: 'listed' });
  expect(pricing.moveCost(1000, 'claude-opus-5-5', today)).toBeCloseTo(4800, 5);
  expect(pricing.moveCost(1000, 'claude-opus-5-5', today, '1h')).toBeCloseTo(7800, 5);
  set = new Map([['half', aSetPrice({ models: ['*'], factor: 0.5 })]]);
  expect(cost()).toMatchObject({ microUsd: 200, basis: 'set' });
});

test('the settings are not asked before there is something to price', () => {
  let questions = 0;
  const pricing = openPricing(() => {
    questions += 1;
    return new Map();
  });
  expect(questions).toBe(0);
  pricing.costOf(aUsage(), 'claude-opus-5-5', today);
  expect(questions).toBeGreaterThan(0);
});
