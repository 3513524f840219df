import { expect, test } from 'bun:test';
import { randomText } from '../../src/access/random-text.ts';

test('has the length asked for, and only letters and digits', () => {
  for (const length of [0, 1, 43, 1_000])
    expect(randomText(length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`));
});

test('uses every letter about equally often', () => {
  const text = randomText(62_000);
  const counts = new Map<string, number>();
  for (const letter of text.split('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // A thousand each; eight standard deviations apart would be no chance.
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(255);
});

test('is never the same twice', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => randomText(16))).size).toBe(1_000);
});
