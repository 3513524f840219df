import { expect, test } from 'bun:test';
import { beginOfDay, lengthOf, pastMomentOf } from '../../src/cli/moments.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const day = 86_400_000;
const past = (text: string): number => pastMomentOf(text, now, '--since');

test('a moment that has been is a length ago, today, a day from its beginning, or a moment', () => {
  expect(past('12h')).toBe(now - day / 2);
  expect(past('90min')).toBe(now - 90 * 60_000);
  expect(past(' 2w ')).toBe(now - 14 * day);
  expect(past('today')).toBe(beginOfDay(now, 0));
  expect(past('2026-11-01T12:00Z')).toBe(Date.parse('2026-11-01T12:00:00Z'));
  expect(new Date(past('2026-11-01')).getHours()).toBe(0);
  expect(new Date(past('2026-11-01')).getDate()).toBe(1);
});

test('what has not been, and days that no month has, are refused with an example', () => {
  const wrong = [
    '',
    'yesterday',
    '-1d',
    '10',
    '1m',
    '2026-11-23',
    '2026-02-31',
    '2026-13-01',
    '101y',
    '1e3d',
  ];
  for (const text of wrong) expect(() => past(text)).toThrow(`--since cannot be "${text}"`);
});

test('a day begins where the month before ends, and where the clocks were changed', () => {
  expect(new Date(beginOfDay(now, 30)).getDate()).toBe(23);
  for (let ago = 0; ago < 400; ago += 1) expect(new Date(beginOfDay(now, ago)).getHours()).toBe(0);
});

test('a length has a limit', () => {
  expect(lengthOf('90s', '--for', day)).toBe(90_000);
  expect(() => lengthOf('2d', '--for', day)).toThrow('--for');
});
