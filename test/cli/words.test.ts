import { expect, test } from 'bun:test';
import { momentOf } from '../../src/cli/moments.ts';
import { familyRestWords, refreshWords, standingWords } from '../../src/cli/words.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const day = 86_400_000;

const aRest = (until: string, reason: string) =>
  ({
    since: until,
    until,
    reason,
    evidence: null,
    isGuess: false,
    isCut: false,
    askedEarlyAt: null,
    endsBy: 'time',
  }) as const;

test('a standing is a sentence with its reason', () => {
  expect(standingWords({ is: 'switched-off', since: null, endsBy: 'person' }, now)).toBe('switched off');
  const until = new Date(now + 90_000).toISOString();
  const rest = { is: 'resting', ...aRest(until, 'tokens\nused up') } as const;
  expect(standingWords(rest, now)).toMatch(/^resting until \d\d:\d\d \(in 1 min 30 s\): tokens used up$/);
  expect(standingWords({ ...rest, isGuess: true }, now)).toMatch(/^resting until about \d\d:\d\d \(/);
});

test('a rest of one family names the family, its end and its reason', () => {
  const until = new Date(now + 90_000).toISOString();
  const words = familyRestWords({ family: 'opus', ...aRest(until, '429\nrejected') }, now);
  expect(words).toMatch(/^opus rests until \d\d:\d\d \(in 1 min 30 s\): 429 rejected$/);
});

test('how a token renews itself is told by what was and what comes', () => {
  const at = (ms: number): string => new Date(now + ms).toISOString();
  const signIn = {
    provider: 'corp',
    isSignedIn: true,
    expiresAt: at(3_600_000),
    canRefresh: true,
    scope: null,
    label: null,
    refreshedAt: at(-125_000),
    nextRefreshAt: at(2_760_000),
    lastFailure: null,
  };
  expect(refreshWords(signIn, now)).toBe('renewed 2 min ago, again in 46 min');
  expect(refreshWords({ ...signIn, nextRefreshAt: null }, now)).toBe('renewed 2 min ago');
  const lastFailure = { at: at(-60_000), reason: 'no\nnetwork' };
  expect(refreshWords({ ...signIn, lastFailure, nextRefreshAt: at(-1) }, now)).toBe(
    'failed 1 min ago (no network), again now',
  );
  expect(refreshWords({ ...signIn, refreshedAt: null, nextRefreshAt: null }, now)).toBeUndefined();
});

test('an expiry is a length, a day or a moment', () => {
  expect(momentOf('12h', now)).toBe(now + day / 2);
  expect(momentOf('30d', now)).toBe(now + 30 * day);
  expect(momentOf('2w', now)).toBe(now + 14 * day);
  expect(momentOf('1y', now)).toBe(now + 365 * day);
  expect(momentOf('90min', now)).toBe(now + 90 * 60_000);
  expect(momentOf('2027-01-31T12:00Z', now)).toBe(Date.parse('2027-01-31T12:00:00Z'));
  expect(new Date(momentOf('2027-01-31', now)).getHours()).toBe(23);
});

test('what is no moment to come is refused with an example', () => {
  for (const text of ['', 'soon', '0d', '-1d', '10', '1m', '2020-01-01', '999y', '2027-13-01', '1e3d'])
    expect(() => momentOf(text, now)).toThrow('--expires');
});
