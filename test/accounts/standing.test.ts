import { expect, it } from 'bun:test';
import { avoidanceMs, longestRestMs } from '../../src/accounts/standing.ts';

it('an upstream that struggles is avoided for seconds, never for long', () => {
  expect(avoidanceMs).toBeWithin(5_000, 10_001);
});

it('the longest rest that is believed covers a monthly limit, and no more', () => {
  const days = longestRestMs / 86_400_000;
  expect(days).toBeWithin(31, 34);
});
