import { expect, test } from 'bun:test';
import { isSameValue } from '../../src/base/same-value.ts';

test('values are the same all the way down, or not', () => {
  expect(isSameValue({ a: [1, { b: 'c' }] }, { a: [1, { b: 'c' }] })).toBe(true);
  expect(isSameValue([{ a: 1 }], [{ a: 2 }])).toBe(false);
  expect(isSameValue({ a: undefined }, {})).toBe(false);
  expect(isSameValue([1], ['1'])).toBe(false);
  expect(isSameValue(new Set(['a']), new Set(['a']))).toBe(true);
  expect(isSameValue(undefined, undefined)).toBe(true);
});
