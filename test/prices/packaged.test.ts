import { expect, test } from 'bun:test';
import data from '../../data/packaged-prices.json' with { type: 'json' };
import { openPriceBook, PriceBook } from '../../src/prices/price-book.ts';
import { PackagedPrices, type PackagedFile } from '../../src/prices/packaged.ts';
import { shippedList } from '../../src/prices/price-list.ts';
import { bandFor } from '../../src/prices/price.ts';
import { today } from '../help/a-usage.ts';

const book = openPriceBook();

test.each([
  ['claude-3-opus-20240229', 'Anthropic', 15, 75],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'Anthropic', 0.25, 1.25],
  ['gpt-5', 'OpenAI', 1.25, 10],
  ['gpt-5-2025-08-07', 'OpenAI', 1.25, 10],
  ['z-ai/glm-4.6', 'OpenRouter', 0.43, 1.74],
])('the package knows %s of %s', (asked, vendor, input, output) => {
  const price = book.priceOf(asked, today);
  expect(price).toMatchObject({ basis: 'listed', source: 'package', sourceName: vendor });
  expect(price.bands[0]).toMatchObject({ input, output });
});

test('our own list stands before the package', () => {
  expect(data.models).toHaveProperty('claude-sonnet-4-5');
  expect(book.priceOf('claude-sonnet-4-5', today)).toMatchObject({ source: 'client' });
  expect(book.priceOf('claude-sonnet-4-5', today).bands).toHaveLength(1);
});

test('its bands and its days are taken over', () => {
  const gemini = book.priceOf('gemini-2.5-pro', today);
  expect([200_000, 200_001].map((tokens) => bandFor(gemini, tokens).input)).toEqual([1.25, 2.5]);
  const inputAt = (when: string) => book.priceOf('deepseek-v4-pro', Date.parse(when)).bands[0].input;
  expect([inputAt('2026-08-16'), inputAt('2026-08-17')]).toEqual([0.435, 1.32]);
});

test('of prices that depend on the hour it is the highest, as an estimate', () => {
  expect(book.priceOf('deepseek-v4-pro', today).isEstimate).toBe(true);
  expect(book.priceOf('gpt-5', today).isEstimate).toBe(false);
});

test('a name is taken whole: nothing is guessed from its beginning', () => {
  expect(book.priceOf('gpt-5-of-somebody', today).basis).toBe('unknown');
  for (const name of ['__proto__', 'constructor', 'toString'])
    expect(book.priceOf(name, today).basis).toBe('unknown');
});

test('it is not read before a model is met that our own list does not have', () => {
  let readings = 0;
  const load = (): PackagedFile => {
    readings += 1;
    return data;
  };
  const own = new PriceBook({
    list: shippedList(),
    packaged: new PackagedPrices(load),
    set: () => new Map(),
  });
  own.priceOf('claude-opus-5-5', today);
  own.priceOf('us.anthropic.claude-haiku-5-5-v1:0', today);
  expect(readings).toBe(0);
  own.priceOf('gpt-5', today);
  own.priceOf('nobody', today);
  expect(readings).toBe(1);
});

test('every one of its prices can be used', () => {
  const packaged = new PackagedPrices();
  const names = Object.keys(data.models);
  expect(names.length).toBeGreaterThan(1000);
  expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
  for (const name of names) {
    for (const { bands, from, vendor } of packaged.find([name])!.map((price) => ({
      ...price,
      vendor: price.sourceName,
    }))) {
      expect(vendor, name).not.toBe('');
      expect(from, name).not.toBeNaN();
      expect(bands.at(-1)!.upTo, name).toBe(Infinity);
      for (const { upTo, ...rates } of bands) {
        expect(upTo, name).toBeGreaterThan(0);
        for (const rate of Object.values(rates)) expect(rate, name).toBeGreaterThanOrEqual(0);
      }
    }
  }
});

test('it says which version of the package it is', () => {
  expect(new PackagedPrices().name).toBe(`@pydantic/genai-prices ${data.version}`);
});
