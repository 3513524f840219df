import { expect, test } from 'bun:test';
import data from '../../data/prices.json' with { type: 'json' };
import type { PriceFile } from '../../src/prices/price-file.ts';
import { readPriceList, shippedList } from '../../src/prices/price-list.ts';
import { flawsIn } from '../../src/prices/price-list-flaws.ts';

test('the list that is shipped has the shape of one, and is sound', () => {
  const file: PriceFile = data;
  expect(flawsIn(file)).toEqual([]);
  expect(shippedList().asOf).toBe(data.asOf);
});

test('every model is found by each of its names', () => {
  const { models } = shippedList();
  expect(models.size).toBeGreaterThan(data.models.length);
  for (const { id, also = [] } of data.models as PriceFile['models'])
    for (const name of [id, ...also]) expect(models.get(name)?.[0].model).toBe(id);
});

/** The rules of the vendor that hold for every model (docs/prices.md). */
test('cache rates stand in the ratio to input that the vendor publishes', () => {
  const reads: Record<string, number> = {
    'claude-opus-5-5': 0.05,
    'claude-fable-5-1': 0.025,
    'claude-fable-5-2': 0.025,
    'claude-mythos-5-1': 0.025,
    'claude-mythos-5-2': 0.025,
  };
  for (const { id, periods } of data.models) {
    for (const { from, bands } of periods) {
      for (const { input, cacheRead, cacheWrite5m, cacheWrite1h } of bands) {
        const read = id === 'claude-sonnet-5-5' && from === '2026-10-07' ? 0.05 : (reads[id] ?? 0.1);
        expect(cacheRead, id).toBeCloseTo(input * read, 9);
        expect(cacheWrite5m, id).toBeCloseTo(input * 1.25, 9);
        expect(cacheWrite1h, id).toBeCloseTo(input * 2, 9);
      }
    }
  }
});

test('what nobody knows is priced like the model that the client assumes, and says so', () => {
  const { unknown } = shippedList();
  expect(unknown[0]).toMatchObject({ model: 'claude-opus-5-5', basis: 'unknown' });
  expect(unknown[0].bands).toMatchObject([
    { input: 4, output: 20, cacheRead: 0.2, cacheWrite5m: 5, cacheWrite1h: 8 },
  ]);
});

const sonnet = data.models.findIndex(({ id }) => id === 'claude-sonnet-5-5');
const haiku = data.models.findIndex(({ id }) => id === 'claude-haiku-5-5');

test.each([
  ['a format of the future', ['format'], 2, 'format 2 is not known'],
  ['a model twice', ['models', 1, 'id'], 'claude-opus-5-5', 'claude-opus-5-5 is listed twice'],
  [
    'an alias to nowhere',
    ['aliases', 'opus'],
    'claude-x',
    'alias opus leads to claude-x, which is not listed',
  ],
  ['nothing to assume', ['unknown', 'like'], 'claude-x', 'unknown is like claude-x, not listed'],
  ['a multiplier of nothing', ['multipliers', 'inferenceGeo', 'us'], 0, 'multiplier "us" is 0'],
  ['a fee below nothing', ['fees', 'webSearch'], -1, 'fee webSearch is -1'],
  ['a fast mode that is cheaper', ['models', 0, 'fast'], 0.5, 'claude-opus-5-5: fast is 0.5'],
  ['a model without a price', ['models', 0, 'periods'], [], 'claude-opus-5-5 has no price'],
  ['a slip of a digit', ['models', 0, 'periods', 0, 'bands', 0, 'cacheRead'], 20, 'rates are out of order'],
  ['no number', ['models', 0, 'periods', 0, 'bands', 0, 'output'], Number.NaN, 'output is NaN'],
  ['no day', ['models', 0, 'periods', 0, 'from'], '2026-13-01', '2026-13-01 is no day'],
  [
    'a gap',
    ['models', sonnet, 'periods', 1, 'from'],
    '2026-10-08',
    'the price from 2026-09-28 ends at 2026-10-07',
  ],
  [
    'an end that is followed by nothing',
    ['models', 0, 'periods', 0, 'until'],
    '2027-01-01',
    'ends at 2027-01-01',
  ],
  ['bands without an end', ['models', haiku, 'periods', 0, 'bands', 1, 'upTo'], 9, 'band 2 goes up to 9'],
  ['bands out of order', ['models', haiku, 'periods', 0, 'bands', 0, 'upTo'], null, 'band 1 goes up to null'],
  ['a source of nowhere', ['models', 0, 'periods', 0, 'source'], 'rumour', 'source "rumour" is not known'],
])('a list with %s is refused', (_, path, value, flaw) => {
  const file = structuredClone(data) as PriceFile;
  let part: unknown = file;
  for (const name of path.slice(0, -1)) part = Reflect.get(part as object, name);
  Reflect.set(part as object, path.at(-1) ?? '', value);
  expect(() => readPriceList(file)).toThrow(flaw);
});
