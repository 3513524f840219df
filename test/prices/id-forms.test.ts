import { expect, test } from 'bun:test';
import { formsOf } from '../../src/prices/id-forms.ts';
import { openPriceBook } from '../../src/prices/price-book.ts';
import { today } from '../help/a-usage.ts';
import { anEffort } from '../help/an-effort.ts';

const book = openPriceBook();

test.each([
  ['claude-opus-4-8', 'claude-opus-4-8'],
  ['claude-opus-4-8[1m]', 'claude-opus-4-8'],
  ['Claude-Opus-4-8', 'claude-opus-4-8'],
  ['us.anthropic.claude-opus-5-5', 'claude-opus-5-5'],
  ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
  ['eu.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4-0'],
  ['apac.anthropic.claude-haiku-4-5-20251001-v1:0:200k', 'claude-haiku-4-5'],
  ['bedrock/anthropic.claude-opus-5-5', 'claude-opus-5-5'],
  ['bedrock/us.anthropic.claude-opus-4-20250514-v1:0', 'claude-opus-4-0'],
  [
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0',
    'claude-opus-4-5',
  ],
  ['claude-opus-4-5@20251101', 'claude-opus-4-5'],
  ['claude-opus-5-5@20260922', 'claude-opus-5-5'],
  ['claude-sonnet-4@20250514', 'claude-sonnet-4-0'],
  ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet'],
  ['vertex_ai/claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
  ['claude-sonnet-5-5@latest', 'claude-sonnet-5-5'],
  ['claude-opus-5-5-20260922', 'claude-opus-5-5'],
  ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet'],
  ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
  ['openrouter/anthropic/claude-3.7-sonnet:thinking', 'claude-3-7-sonnet'],
  ['opus', 'claude-opus-5-5'],
  ['opusplan', 'claude-sonnet-5-5'],
  ['haiku[1m]', 'claude-haiku-5-5'],
])('%p is priced as %p of the list', (asked, listed) => {
  expect(book.priceOf(asked, today)).toMatchObject({ model: listed, basis: 'listed' });
  expect(book.priceOf(asked, today).source).not.toBe('package');
});

test('a name that is listed as it is stands before any plainer form of it', () => {
  expect(formsOf('claude-opus-4-20250514')[0]).toBe('claude-opus-4-20250514');
  expect(book.priceOf('claude-opus-4-20250514', today).model).toBe('claude-opus-4-0');
  expect(book.priceOf('gpt-4o-2024-05-13', today).bands[0].input).toBe(5);
  expect(book.priceOf('gpt-4o', today).bands[0].input).toBe(2.5);
});

test.each(['acme/opus', 'opus-tuned', 'sim-opus', '', '/', '@', '[1m]', ':', 'anthropic.', 'claude-opus-99'])(
  '%p is nobody we know',
  (asked) => {
    expect(book.priceOf(asked, today)).toMatchObject({ model: 'claude-opus-5-5', basis: 'unknown' });
  },
);

test('a call that names no model has an unknown price', () => {
  expect(book.priceOf(undefined, today).basis).toBe('unknown');
});

test('a name of any length is looked at in little time', () => {
  const effort = anEffort();
  for (const part of ['/', '.', '@', ':', '-v1', '1.1', '[1m]', 'a.']) {
    expect(formsOf(part.repeat(100_000))).toHaveLength(1);
    expect(formsOf(part.repeat(200 / part.length)).length).toBeLessThan(20);
  }
  expect(effort()).toBeLessThan(1000);
});
