import { expect, test } from 'bun:test';
import { WarmPrefixes } from '../../src/what-if/warm-prefixes.ts';
import { aStep, aThread } from './a-setup.ts';

const thread = aThread([]);
const minute = 60_000;

test('what a call sent can be read by the next one of its thread, as far as both have it in common', () => {
  const prefixes = new WarmPrefixes();
  prefixes.keep(thread, aStep({ prompt: 8_000 }), 0);
  expect(prefixes.readable(thread, aStep({ prompt: 10_000, known: 8_000 }), minute)).toBe(8_000);
  expect(prefixes.readable(thread, aStep({ prompt: 10_000, known: 3_000 }), minute)).toBe(3_000);
  expect(prefixes.readable(aThread([], { agent: 'a' }), aStep(), minute)).toBe(0);
  expect(prefixes.readable(aThread([], { session: 'two' }), aStep(), minute)).toBe(0);
});

test.each([
  ['5m', 5],
  ['1h', 60],
] as const)('a prefix that is kept for %s is gone that long after it was last used', (keptFor, minutes) => {
  const prefixes = new WarmPrefixes();
  prefixes.keep(thread, aStep({ keptFor }), 0);
  prefixes.keep(thread, aStep({ keptFor }), minute);
  const end = minute * (minutes + 1);
  expect(prefixes.readable(thread, aStep(), end - 1)).toBe(8_000);
  expect(prefixes.readable(thread, aStep(), end)).toBe(0);
});

test('a conversation that was summed up has no more than the opening in common with what was before', () => {
  const prefixes = new WarmPrefixes();
  prefixes.keep(thread, aStep({ prompt: 90_000, common: 2_000 }), 0);
  const after = aStep({ chapter: 1, known: 5_000, common: 2_000 });
  expect(prefixes.readable(thread, after, minute)).toBe(2_000);
});

test('the opening is read by other sessions of the model, and of no other model', () => {
  const prefixes = new WarmPrefixes();
  prefixes.keep(thread, aStep({ common: 2_000 }), 0);
  const first = aStep({ known: 0, common: 2_000 });
  const other = aThread([], { session: 'two' });
  expect(prefixes.readable(other, first, minute)).toBe(2_000);
  expect(prefixes.readable(other, { ...first, model: 'claude-opus-5-5' }, minute)).toBe(0);
});
