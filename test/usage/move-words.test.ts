import { expect, it } from 'bun:test';
import { moveWords, waitWords } from '../../src/usage/move-words.ts';

const reason = 'resting until 14:05 UTC: output tokens a minute used up';

it('a move is told with the account that was left, the reason and the price', () => {
  expect(moveWords({ from: 'work', reason, usd: 0.612, tokens: 180_000 })).toBe(
    'left work (resting until 14:05 UTC: output tokens a minute used up); re-writing 180k cached tokens cost about $0.61',
  );
});

it('a move that cost nothing says so, and one whose price nobody knows says nothing of it', () => {
  expect(moveWords({ from: 'work', reason: '429', usd: 0, tokens: 10 })).toBe(
    'left work (429); no cache was lost',
  );
  expect(moveWords({ from: 'work', reason: '429', usd: undefined, tokens: undefined })).toBe(
    'left work (429)',
  );
});

it('a move of an older record has a price, and no tokens', () => {
  expect(moveWords({ from: 'work', reason: '429', usd: 0.05, tokens: undefined })).toBe(
    'left work (429); re-writing its cache cost about $0.0500',
  );
});

it('a wait is told in seconds', () => {
  expect(waitWords(4_240)).toBe('waited 4.2 s for an account');
});
