import { expect, it } from 'bun:test';
import { restWords } from '../../src/accounts/rest-words.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const words = (afterMs: number): string => restWords({ until: now + afterMs, reason: '429' }, now);

it('a rest is told with the moment of its end, as exactly as that matters', () => {
  expect(words(9_000)).toBe('resting until 12:00:09 UTC: 429');
  expect(words(3_600_000)).toBe('resting until 13:00 UTC: 429');
  expect(restWords({ until: now + 3_600_000, reason: '400', isGuess: true }, now)).toBe(
    'resting until about 13:00 UTC: 400',
  );
  expect(words(24 * 3_600_000)).toBe('resting until 2026-11-23 12:00 UTC: 429');
});
