import { describe, expect, test } from 'bun:test';
import type { KeptTokens } from '../../src/accounts/stored-tokens.ts';
import { dueAt, leftOf, pauseAfter } from '../../src/accounts/token-times.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const hour = 3_600_000;

/** Tokens given out at 0 for `lifeMs`. */
const tokens = (lifeMs: number, more: Partial<KeptTokens> = {}): KeptTokens => ({
  ...aTokenSet('1'),
  keptAt: 0,
  expiresAt: lifeMs,
  ...more,
});

describe('the rest of a life', () => {
  test('ends a moment before the expiry, or a twentieth of a short life before', () => {
    expect(leftOf(tokens(hour), 0)).toBe(hour - 5_000);
    expect(leftOf(tokens(2_000), 0)).toBe(1_900);
    expect(leftOf(tokens(hour), hour)).toBe(-5_000);
  });

  test('is never longer than the token was made for, whatever the clock says', () => {
    expect(leftOf(tokens(hour), -50 * hour)).toBe(hour - 5_000);
  });

  test('has no end that anybody knows where none was told', () => {
    expect(leftOf({ ...tokens(0), expiresAt: undefined }, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a refresh is due', () => {
  const window = (lifeMs: number): number[] =>
    [1, 0].map((spread) => dueAt(tokens(lifeMs), 0, spread) ?? Number.NaN);

  test('after 82 to 88 % of an hour, and of longer lives', () => {
    expect(window(hour).map((at) => at / hour)).toEqual([0.82, 0.88]);
    expect(window(24 * hour).map((at) => at / hour / 24)).toEqual([0.82, 0.88]);
  });

  test('minutes before the expiry of shorter lives, and in the last third of very short ones', () => {
    expect(window(1_800_000).map((at) => (1_800_000 - at) / 60_000)).toEqual([6, 4]);
    expect(window(60_000).map((at) => Math.round((60_000 - at) / 1_000))).toEqual([24, 16]);
    expect(window(2_000).map((at) => Math.round(at))).toEqual([1_200, 1_467]);
  });

  test('at once where an earlier one was cut short', () => {
    expect(dueAt(tokens(hour, { refreshBegunAt: 5 }), 10, 0.5)).toBe(0);
  });

  test('by what is left, where nobody knows when the tokens were given out', () => {
    expect(dueAt(tokens(2 * hour, { keptAt: undefined }), hour, 0.5)).toBe(2 * hour - 0.15 * hour);
  });

  test('never without anything to renew, without an expiry, or when all is over', () => {
    expect(dueAt(tokens(hour, { refresh: undefined }), 0, 0.5)).toBeUndefined();
    expect(dueAt(tokens(hour, { expiresAt: undefined }), 0, 0.5)).toBeUndefined();
    expect(dueAt(tokens(hour, { over: { since: 0, reason: '' } }), 0, 0.5)).toBeUndefined();
  });
});

test('pauses double up to the longest, and are spread', () => {
  const pauses = { firstMs: 1_000, longestMs: 300_000 };
  expect([1, 2, 3, 9, 10, 5_000].map((failures) => pauseAfter(failures, pauses, 0.5))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ]);
  expect([pauseAfter(1, pauses, 0), pauseAfter(1, pauses, 1)]).toEqual([750, 1_250]);
});
