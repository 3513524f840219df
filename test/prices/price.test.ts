import { expect, test } from 'bun:test';
import { openPriceBook } from '../../src/prices/price-book.ts';
import { bandFor, momentOf } from '../../src/prices/price.ts';

const book = openPriceBook();
const readAt = (when: string): number =>
  book.priceOf('claude-sonnet-5-5', Date.parse(when)).bands[0].cacheRead;

test('a price holds from the first moment of its day on, and until the next one begins', () => {
  expect(readAt('2026-09-28T00:00:00Z')).toBe(0.2);
  expect(readAt('2026-10-06T23:59:59.999Z')).toBe(0.2);
  expect(readAt('2026-10-07T00:00:00Z')).toBe(0.1);
  expect(readAt('2030-01-01T00:00:00Z')).toBe(0.1);
});

test('before the first price it is that price, as an estimate', () => {
  const early = book.priceOf('claude-sonnet-5-5', Date.parse('2026-09-27T23:59:59.999Z'));
  expect(early).toMatchObject({ basis: 'listed', isEstimate: true });
  expect(early.bands[0].cacheRead).toBe(0.2);
  expect(book.priceOf('claude-sonnet-5-5', Date.parse('2026-09-28T00:00:00Z')).isEstimate).toBe(false);
});

test('a price without a first day has always held', () => {
  expect(book.priceOf('claude-opus-5', 0)).toMatchObject({ from: momentOf(null), isEstimate: false });
});

test('exactly the end of a band still belongs to it', () => {
  const price = book.priceOf('claude-haiku-5-5', Date.parse('2026-11-22'));
  expect(bandFor(price, 0).input).toBe(0.1);
  expect(bandFor(price, 100_000).input).toBe(0.1);
  expect(bandFor(price, 100_001).input).toBe(0.5);
  expect(bandFor(price, Number.MAX_SAFE_INTEGER).input).toBe(0.5);
});
