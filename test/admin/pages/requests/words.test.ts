import { expect, test } from 'bun:test';
import {
  costOf,
  endTone,
  modelWords,
  shortEnd,
  whyWords,
} from '../../../../src/admin/pages/requests/words.ts';
import { aRequestView } from '../../../help/a-view.ts';

test('a call is told by its model, and by its path where it has none', () => {
  expect(modelWords(aRequestView({ model: 'claude-opus-4-6' }))).toBe('opus-4-6');
  expect(modelWords(aRequestView({ model: null, method: 'GET', path: '/v1/files' }))).toBe('GET files');
});

test('an end is told as short as it can be', () => {
  expect(shortEnd(aRequestView())).toBe('end turn');
  expect(shortEnd(aRequestView({ ended: 'error', status: 429, errorType: 'rate_limit_error' }))).toBe(
    '429 rate limit',
  );
  expect(shortEnd(aRequestView({ ended: 'cut' }))).toBe('broken off');
});

test('what failed is red, what moved is yellow, and who left is nobody’s fault', () => {
  const move = { from: 'a', to: 'b', reason: '429', tokens: null, usd: null };
  expect(endTone({ ended: 'complete', move: null })).toBe('good');
  expect(endTone({ ended: 'complete', move })).toBe('warn');
  expect(endTone({ ended: 'cut', move })).toBe('bad');
  expect(endTone({ ended: 'client-left', move: null })).toBe('calm');
});

test('a cost says whether it is estimated, assumed, or none', () => {
  expect(costOf(aRequestView({ usd: 0.5 }))).toBe('$0.50');
  expect(costOf(aRequestView({ usd: 0.5, priceBasis: 'unknown' }))).toBe('?$0.50');
  const { tokens } = aRequestView();
  expect(costOf(aRequestView({ usd: 0.5, tokens: { ...tokens!, isEstimate: true } }))).toBe('~$0.50');
  expect(costOf(aRequestView({ usd: 0.00001, tokens: { ...tokens!, isEstimate: true } }))).toBe('<$0.0001');
  expect(costOf(aRequestView({ usd: null }))).toBe('');
});

test('a reason that is new is told as it is', () => {
  expect(whyWords('pinned')).toBe('the caller chose it');
  expect(whyWords('dice')).toBe('dice');
});
