import { expect, test } from 'bun:test';
import {
  costWords,
  lineName,
  measured,
  slotWords,
  valueWords,
} from '../../../../src/admin/pages/usage/words.ts';
import { aSummaryView } from '../../../help/a-view.ts';

test('values are told in the words of what they are', () => {
  expect(valueWords(1.234, 'usd')).toBe('$1.23');
  expect(valueWords(45_600, 'tokens')).toBe('45.6k');
  expect(valueWords(7, 'count')).toBe('7');
  expect(valueWords(1_234_567, 'count')).toBe('1,234,567');
  expect(valueWords(26_249.521, 'usd')).toBe('$26,249.52');
  expect(valueWords(0.012_345_678, 'usd')).toBe('$0.0123');
  expect(valueWords(840.4, 'ms')).toBe('840 ms');
  expect(valueWords(0.619, 'share')).toBe('62 %');
  // Nothing is not zero.
  expect(valueWords(null, 'ms')).toBe('–');
});

test('tokens are all there were, in and out', () => {
  const summary = aSummaryView({
    input: 1,
    cacheRead: 20,
    cacheWrite5m: 300,
    cacheWrite1h: 4_000,
    output: 50_000,
  });
  expect(measured(summary, 'tokens')).toBe(54_321);
});

test('a cost says whether it is estimated or assumed', () => {
  expect(costWords(aSummaryView({ usd: 1 }))).toBe('$1.00');
  expect(costWords(aSummaryView({ usd: 1, estimates: 2 }))).toBe('~$1.00');
  expect(costWords(aSummaryView({ usd: 1, estimates: 2, usdOfUnknown: 0.5 }))).toBe('?$1.00');
});

test('a line has a name for a person, also where it is of nobody', () => {
  const line = { key: '0b9c1f6e-1234', name: '0b9c1f6e-1234', isOthers: false };
  expect(lineName(line, 'session')).toBe('0b9c1f6e');
  expect(lineName({ key: '', name: '', isOthers: false }, 'session')).toBe('Without a session');
  expect(lineName({ key: '', name: '', isOthers: true }, 'session')).toBe('All others');
  expect(lineName({ key: 'claude-opus-4-6', name: 'claude-opus-4-6', isOthers: false }, 'model')).toBe(
    'opus-4-6',
  );
});

test('a slot is told whole, and short where it stands beside others', () => {
  expect(slotWords('2026-11-05')).toEqual({ whole: '5 Nov', short: '5 Nov' });
  expect(slotWords('2026-11-05 14:00')).toEqual({ whole: '5 Nov 14:00', short: '14:00' });
  expect(slotWords('2026-11-05 00:00')).toEqual({ whole: '5 Nov 00:00', short: '5 Nov' });
});
