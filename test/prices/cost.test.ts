import { describe, expect, test } from 'bun:test';
import data from '../../data/prices.json' with { type: 'json' };
import { costOf, moveCost } from '../../src/prices/cost.ts';
import { openPriceBook, PriceBook } from '../../src/prices/price-book.ts';
import { PackagedPrices } from '../../src/prices/packaged.ts';
import type { PriceFile } from '../../src/prices/price-file.ts';
import { shippedList } from '../../src/prices/price-list.ts';
import type { Cost, Usage } from '../../src/prices/usage.ts';
import { Random } from '../help/a-random.ts';
import { aSetPrice } from './a-set-price.ts';
import { aUsage, today } from '../help/a-usage.ts';

const book = openPriceBook();
const models: PriceFile['models'] = data.models;
const usd = (model: string, usage: Partial<Usage>): number =>
  costOf(aUsage(usage), model, today, book).microUsd / 1e6;

/** The worked examples that were measured with the client (docs/prices.md). */
const examples: [model: string, usage: Partial<Usage>, dollars: number][] = [
  ['claude-opus-5-5', { input: 10, output: 5 }, 0.00014],
  ['claude-haiku-5-5', { input: 10, output: 5 }, 3.5e-6],
  ['claude-haiku-5-5', { input: 100_000 }, 0.01],
  ['claude-haiku-5-5', { input: 250_000 }, 0.125],
  ['claude-opus-5-5', { cacheWrite5m: 9_000, cacheWrite1h: 1_000 }, 0.053],
  ['claude-opus-5-5', { input: 10_000, speed: 'fast', inferenceGeo: 'us' }, 0.088],
  ['claude-opus-4-7', { output: 10_000, speed: 'fast' }, 1.5],
  ['claude-sonnet-5-5', { webSearches: 1 }, 0.01],
];

test.each(examples.map(([model, usage, dollars]) => [model, JSON.stringify(usage), dollars, usage] as const))(
  '%s with %s costs %p dollars',
  (model, _, dollars, usage) => {
    expect(usd(model, usage)).toBeCloseTo(dollars, 12);
  },
);

const rateOf = {
  input: 'input',
  output: 'output',
  cacheRead: 'cacheRead',
  cacheWrite5m: 'cacheWrite5m',
  cacheWrite1h: 'cacheWrite1h',
} as const;

describe.each(models.map((model) => [model.id, model] as const))('%s', (id, { periods }) => {
  test('has every rate of the list in its part of the cost, and in no other', () => {
    const { bands } = periods.at(-1)!;
    for (const [count, rate] of Object.entries(rateOf)) {
      const cost = costOf(aUsage({ [count]: 10_000 }), id, today, book);
      const expected = 10_000 * bands[0]![rate];
      const part = count.startsWith('cacheWrite') ? 'cacheWrite' : (count as 'input');
      expect(cost[part]).toBeCloseTo(expected, 5);
      expect(cost.microUsd).toBe(cost[part]);
      expect(cost).toMatchObject({ basis: 'listed', isEstimate: false });
    }
  });

  test('costs more by size of prompt only where the list has bands', () => {
    const { bands } = periods.at(-1)!;
    expect(usd(id, { input: 1_000_000 })).toBeCloseTo(bands.at(-1)!.input, 9);
  });
});

test('the band is chosen by the whole prompt: what is read from the cache and written to it counts', () => {
  const parts = { input: 40_000, cacheRead: 30_000, cacheWrite5m: 20_000, cacheWrite1h: 10_000, output: 7 };
  expect(usd('claude-haiku-5-5', parts)).toBeCloseTo(0.004 + 0.0003 + 0.0025 + 0.002 + 3.5e-6, 12);
  const oneMore = { ...parts, cacheRead: 30_001 };
  expect(usd('claude-haiku-5-5', oneMore)).toBeCloseTo(0.02 + 0.00150005 + 0.0125 + 0.01 + 17.5e-6, 12);
});

describe('multipliers', () => {
  const all = { input: 1000, output: 100, cacheRead: 5000, cacheWrite5m: 300, cacheWrite1h: 200 };
  const plain = costOf(aUsage(all), 'claude-opus-5-5', today, book);

  test.each([
    ['fast', { speed: 'fast' }, 2],
    ['the United States', { inferenceGeo: 'us' }, 1.1],
    ['both', { speed: 'fast', inferenceGeo: 'us' }, 2.2],
    ['a batch', { serviceTier: 'batch' }, 0.5],
    ['a batch in the United States', { serviceTier: 'batch', inferenceGeo: 'us' }, 0.55],
    ['priority', { serviceTier: 'priority' }, 1],
    ['Europe', { inferenceGeo: 'eu' }, 1],
    ['the whole world', { inferenceGeo: 'global' }, 1],
    ['a place that is not told', { inferenceGeo: 'not_available' }, 1],
    ['standards', { speed: 'standard', serviceTier: 'standard', inferenceGeo: '' }, 1],
  ])('%s counts for all tokens and for nothing else', (_, told, factor) => {
    const cost = costOf(aUsage({ ...all, ...told, webSearches: 3 }), 'claude-opus-5-5', today, book);
    for (const part of ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheSaved'] as const)
      expect(cost[part]).toBeCloseTo(plain[part] * factor, 5);
    expect(cost.fees).toBe(30_000);
    expect(cost.isEstimate).toBe(false);
  });

  test.each([
    ['fast mode of a model that nobody has seen in it', 'gpt-5', { speed: 'fast' }],
    ['fast mode of a model that nobody knows', 'claude-opus-99', { speed: 'fast' }],
    ['a speed that nobody knows', 'claude-opus-5-5', { speed: 'warp' }],
    ['a place that nobody knows', 'claude-opus-5-5', { inferenceGeo: 'moon' }],
    ['a tier that nobody knows', 'claude-opus-5-5', { serviceTier: 'flex' }],
  ])('%s counts once and makes the cost an estimate', (_, model, told) => {
    const [cost, without] = [{ ...all, ...told }, all].map((usage) =>
      costOf(aUsage(usage), model, today, book),
    );
    expect(cost).toEqual({ ...without!, isEstimate: true });
  });
});

test('an unknown model costs what the client assumes, and says so', () => {
  const usage = aUsage({ input: 10_000, output: 1000, cacheRead: 50_000 });
  const cost = costOf(usage, 'claude-opus-99', today, book);
  expect(cost).toEqual({ ...costOf(usage, 'claude-opus-5-5', today, book), basis: 'unknown' });
  expect(cost.microUsd).toBe(70_000);
});

test('the estimate of a usage makes its cost one', () => {
  expect(costOf(aUsage({ isEstimate: true }), 'claude-opus-5-5', today, book).isEstimate).toBe(true);
});

test('the cache saves what its reads would have cost as input, less what its writes cost more', () => {
  const saved = (usage: Partial<Usage>): number =>
    costOf(aUsage(usage), 'claude-opus-5-5', today, book).cacheSaved;
  expect(saved({ input: 5000, output: 500 })).toBe(0);
  expect(saved({ cacheRead: 10_000 })).toBeCloseTo(10_000 * 3.8, 5);
  expect(saved({ cacheWrite5m: 10_000 })).toBeCloseTo(-10_000, 5);
  expect(saved({ cacheWrite1h: 10_000 })).toBeCloseTo(-40_000, 5);
});

describe('a move', () => {
  test('costs the writing of the prefix less the reading that it would have been', () => {
    expect(moveCost(200_000, 'claude-opus-5-5', today, book)).toBeCloseTo(200_000 * 4.8, 5);
    expect(moveCost(200_000, 'claude-opus-5-5', today, book, '1h')).toBeCloseTo(200_000 * 7.8, 5);
    expect(moveCost(0, 'claude-opus-5-5', today, book)).toBe(0);
  });

  test('is priced by the band of its prefix', () => {
    expect(moveCost(100_000, 'claude-haiku-5-5', today, book)).toBeCloseTo(11_500, 5);
    expect(moveCost(100_001, 'claude-haiku-5-5', today, book)).toBeCloseTo(100_001 * 0.575, 5);
  });
});

describe('whatever is used', () => {
  const set = new Map([
    ['odd', aSetPrice({ models: ['odd'], input: 1 / 3, output: Math.PI, cacheRead: 1e-7 })],
    ['less', aSetPrice({ models: ['claude-opus-4-*'], factor: 0.8333 })],
  ]);
  const list = shippedList();
  const own = new PriceBook({ list, packaged: new PackagedPrices(), set: () => set });
  const names = [...models.map(({ id }) => id), 'odd', 'gpt-5', 'gemini-2.5-pro', 'nobody'];

  function anyUsage(random: Random): Usage {
    const count = (): number => (random.chance(0.3) ? 0 : random.below(10 ** (1 + random.below(6))));
    const some = aUsage({
      input: count(),
      output: count(),
      cacheRead: count(),
      cacheWrite5m: count(),
      cacheWrite1h: count(),
      webSearches: random.chance(0.2) ? random.below(20) : 0,
    });
    const speed = random.one(['standard', 'fast', 'warp']);
    const inferenceGeo = random.one(['us', 'eu', 'moon', '']);
    return { ...some, speed, inferenceGeo, serviceTier: random.one(['standard', 'batch']) };
  }

  function cases(seed: number, check: (usage: Usage, model: string, random: Random) => void): void {
    const random = new Random(seed);
    for (let n = 0; n < 5000; n += 1) check(anyUsage(random), random.one(names), random);
  }

  test('the parts add up to the whole exactly, in every order', () => {
    cases(1, (usage, model) => {
      const { microUsd, input, output, cacheRead, cacheWrite, fees } = costOf(usage, model, today, own);
      expect(input + output + cacheRead + cacheWrite + fees).toBe(microUsd);
      expect(fees + (cacheWrite + (cacheRead + (output + input)))).toBe(microUsd);
      expect(cacheRead + input + (fees + output) + cacheWrite).toBe(microUsd);
    });
  });

  test('a day of calls adds up to the same in every order', () => {
    const costs: number[] = [];
    cases(2, (usage, model) => costs.push(costOf(usage, model, today, own).microUsd));
    costs.length = 1000;
    const sum = (some: readonly number[]): number => some.reduce((total, one) => total + one, 0);
    expect(sum(costs)).toBeLessThan(2 ** 33);
    expect(sum(costs.toReversed())).toBe(sum(costs));
    expect(sum(costs.toSorted((a, b) => a - b))).toBe(sum(costs));
  });

  test('no part is below nothing, and none is off by more than half a step of the grid and the last bits', () => {
    cases(3, (usage, model) => {
      const cost = costOf(usage, model, today, own);
      const price = own.priceOf(model, today);
      const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
      const band = price.bands.find(({ upTo }) => prompt <= upTo)!;
      const factor =
        (usage.speed === 'fast' ? (price.fast ?? 1) : 1) *
        (usage.inferenceGeo === 'us' ? 1.1 : 1) *
        (usage.serviceTier === 'batch' ? 0.5 : 1);
      const exact = usage.output * band.output * factor;
      expect(Math.abs(cost.output - exact)).toBeLessThanOrEqual(2 ** -21 + exact * 2 ** -50);
      for (const part of ['microUsd', 'input', 'output', 'cacheRead', 'cacheWrite', 'fees'] as const)
        expect(cost[part]).toBeGreaterThanOrEqual(0);
    });
  });

  test('more tokens of any kind never cost less', () => {
    cases(4, (usage, model, random) => {
      const count = random.one(Object.keys(rateOf) as (keyof typeof rateOf)[]);
      const more = { ...usage, [count]: usage[count] + random.below(200_000) };
      const [less, cost] = [usage, more].map((one): Cost => costOf(one, model, today, own));
      expect(cost!.microUsd).toBeGreaterThanOrEqual(less!.microUsd);
    });
  });
});
