import { expect, test } from 'bun:test';
import { PackagedPrices } from '../../src/prices/packaged.ts';
import { PriceBook } from '../../src/prices/price-book.ts';
import { shippedList } from '../../src/prices/price-list.ts';
import type { SetPrices } from '../../src/prices/set-prices.ts';
import { aSetPrice } from './a-set-price.ts';
import { today } from '../help/a-usage.ts';

/** A book that counts how often it has to look further than into its memory. */
function aBook(set: () => SetPrices = () => nothing): { book: PriceBook; lookUps: () => number } {
  let count = 0;
  const packaged = new (class extends PackagedPrices {
    override find(names: readonly string[]) {
      count += 1;
      return super.find(names);
    }
  })();
  return { book: new PriceBook({ list: shippedList(), packaged, set }), lookUps: () => count };
}

const nothing: SetPrices = new Map();

test('a name is looked up once', () => {
  const { book, lookUps } = aBook();
  for (let call = 0; call < 10; call += 1) book.priceOf('nobody', today + call);
  expect(lookUps()).toBe(1);
});

test('the names that clients make up fill no memory: the oldest is forgotten', () => {
  const { book, lookUps } = aBook();
  book.priceOf('nobody', today);
  for (let n = 0; n < 499; n += 1) book.priceOf(`nobody-${n}`, today);
  book.priceOf('nobody', today);
  expect(lookUps()).toBe(500);
  book.priceOf('one-more', today);
  book.priceOf('nobody', today);
  expect(lookUps()).toBe(502);
});

test('a name that is too long for any model is not remembered', () => {
  const { book, lookUps } = aBook();
  const long = 'x'.repeat(201);
  book.priceOf(long, today);
  book.priceOf(long, today);
  expect(lookUps()).toBe(2);
});

test('settings that change are in effect at the next call', () => {
  let set = nothing;
  const { book } = aBook(() => set);
  expect(book.priceOf('claude-opus-5-5', today).basis).toBe('listed');
  set = new Map([['mine', aSetPrice({ models: ['claude-opus-5-5'], input: 1, output: 2 })]]);
  expect(book.priceOf('claude-opus-5-5', today)).toMatchObject({ basis: 'set', bands: [{ input: 1 }] });
  set = nothing;
  expect(book.priceOf('claude-opus-5-5', today).basis).toBe('listed');
});
