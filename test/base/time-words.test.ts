import { expect, test } from 'bun:test';
import { agoWords, clockTime, dayTime, inTime, lengthWords } from '../../src/base/time-words.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const day = 86_400_000;

test('lengths of time are told in their two largest units', () => {
  expect(lengthWords(0)).toBe('0 s');
  expect(lengthWords(59_999)).toBe('59 s');
  expect(lengthWords(61_000)).toBe('1 min 1 s');
  expect(lengthWords(3_600_000)).toBe('1 h');
  expect(lengthWords(3 * day + 4 * 3_600_000 + 5 * 60_000)).toBe('3 d 4 h');
  expect(lengthWords(day + 5 * 60_000)).toBe('1 d');
});

test('the past is told as how long ago', () => {
  expect(agoWords(null, now)).toBe('never');
  expect(agoWords(new Date(now - 200).toISOString(), now)).toBe('just now');
  expect(agoWords(new Date(now - 125_000).toISOString(), now)).toBe('2 min ago');
});

test('what is to come is told as how long until then, rounded up', () => {
  expect(inTime(0)).toBe('now');
  expect(inTime(-5)).toBe('now');
  expect(inTime(1_001)).toBe('in 2 s');
  expect(inTime(30 * day - 1)).toBe('in 30 d');
});

test('a moment of another day has its day', () => {
  expect(dayTime(now, now)).toBe(clockTime(now));
  expect(dayTime(now - 3 * day, now)).toMatch(/^19 Nov \d\d:\d\d$/);
  expect(clockTime(now, true)).toMatch(/^\d\d:00:00$/);
});
