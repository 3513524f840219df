import { describe, expect, test } from 'bun:test';
import { costOf } from '../../src/prices/cost.ts';
import { openPriceBook } from '../../src/prices/price-book.ts';
import type { Price } from '../../src/prices/price.ts';
import type { SetPrice } from '../../src/prices/set-prices.ts';
import { aSetPrice } from './a-set-price.ts';
import { aUsage, today } from '../help/a-usage.ts';

/** What `model` costs where the settings have these tables. */
function priceWith(tables: Record<string, Partial<SetPrice>>, model: string, at = today): Price {
  const set = new Map(Object.entries(tables).map(([name, some]) => [name, aSetPrice(some)]));
  return openPriceBook(() => set).priceOf(model, at);
}

describe('rates', () => {
  const house = { models: ['house-*'], input: 3, output: 15 };

  test('stand before the list, and are told as set', () => {
    expect(priceWith({ mine: { ...house, models: ['claude-opus-5-5'] } }, 'claude-opus-5-5')).toMatchObject({
      model: 'claude-opus-5-5',
      basis: 'set',
      source: 'settings',
      sourceName: 'mine',
      bands: [{ input: 3, output: 15 }],
    });
  });

  test('make a model known that nobody knows', () => {
    expect(priceWith({ house }, 'house-large')).toMatchObject({ model: 'house', basis: 'set' });
    expect(priceWith({ house }, 'other')).toMatchObject({ basis: 'unknown' });
  });

  test('that are left out follow from the input as everywhere', () => {
    const [band] = priceWith({ house }, 'house-large').bands;
    expect(band.cacheRead).toBeCloseTo(0.3, 12);
    expect([band.cacheWrite5m, band.cacheWrite1h]).toEqual([3.75, 6]);
  });

  test('that are set are taken, also when they are nothing', () => {
    const all = { ...house, cacheRead: 0, cacheWrite5m: 1, cacheWrite1h: 2 };
    expect(priceWith({ house: all }, 'house-large').bands[0]).toMatchObject({
      cacheRead: 0,
      cacheWrite5m: 1,
      cacheWrite1h: 2,
    });
  });

  test('of nothing make a model cost nothing', () => {
    const set = new Map([['free', aSetPrice({ models: ['local-*'], input: 0, output: 0 })]]);
    const cost = costOf(
      aUsage({ input: 5, output: 9 }),
      'local-9b',
      today,
      openPriceBook(() => set),
    );
    expect(cost).toMatchObject({ microUsd: 0, basis: 'set' });
  });

  test('hold for every size of prompt', () => {
    expect(priceWith({ mine: { ...house, models: ['*haiku*'] } }, 'claude-haiku-5-5').bands).toHaveLength(1);
  });

  test('keep what is known of fast mode', () => {
    const any = { ...house, models: ['*'] };
    expect(priceWith({ any }, 'claude-opus-4-7').fast).toBe(6);
    expect(priceWith({ any }, 'house-large').fast).toBeUndefined();
  });
});

describe('a factor', () => {
  const discount = { models: ['*'], factor: 0.5 };

  test('takes its share of what is listed, in every band', () => {
    expect(priceWith({ discount }, 'claude-haiku-5-5')).toMatchObject({
      model: 'claude-haiku-5-5',
      basis: 'set',
      source: 'settings',
      sourceName: 'discount',
      bands: [
        { upTo: 100_000, input: 0.05, output: 0.25 },
        { upTo: Infinity, input: 0.25, output: 1.25 },
      ],
    });
  });

  test('follows the list when its prices change', () => {
    const before = priceWith({ discount }, 'claude-sonnet-5-5', Date.parse('2026-10-06'));
    const after = priceWith({ discount }, 'claude-sonnet-5-5', Date.parse('2026-10-08'));
    expect([before.bands[0].cacheRead, after.bands[0].cacheRead]).toEqual([0.1, 0.05]);
  });

  test('of an assumption is still an assumption', () => {
    expect(priceWith({ discount }, 'nobody')).toMatchObject({ basis: 'unknown', bands: [{ input: 2 }] });
  });
});

describe('of several tables', () => {
  test('the one that fits the name as it is stands before one that fits a plainer form', () => {
    const tables = {
      plain: { models: ['claude-opus-5-5'], factor: 1 },
      bedrock: { models: ['us.anthropic.*'], factor: 1.1 },
    };
    expect(priceWith(tables, 'us.anthropic.claude-opus-5-5-v1:0').sourceName).toBe('bedrock');
    expect(priceWith(tables, 'eu.anthropic.claude-opus-5-5-v1:0').sourceName).toBe('plain');
  });

  test('the one that began last counts, from its first day on', () => {
    const tables = {
      old: { models: ['x'], input: 1, output: 1 },
      next: { models: ['x'], input: 3, output: 3, from: '2026-12-01' },
      now: { models: ['x'], input: 2, output: 2, from: '2026-11-01' },
    };
    const nameAt = (when: string) => priceWith(tables, 'x', Date.parse(when)).sourceName;
    expect(nameAt('2026-10-31T23:59:59.999Z')).toBe('old');
    expect(nameAt('2026-11-01T00:00:00Z')).toBe('now');
    expect(nameAt('2026-12-01T00:00:00Z')).toBe('next');
  });

  test('none counts before its first day: the list does', () => {
    const later = { models: ['claude-opus-5-5'], factor: 0.5, from: '2026-12-01' };
    expect(priceWith({ later }, 'claude-opus-5-5').basis).toBe('listed');
    expect(priceWith({ later }, 'claude-opus-5-5', Date.parse('2026-12-01')).basis).toBe('set');
  });

  test('the first in the file counts where nothing else tells them apart', () => {
    const one = { models: ['x'], input: 1, output: 1 };
    expect(priceWith({ b: one, a: one }, 'x').sourceName).toBe('b');
  });
});
