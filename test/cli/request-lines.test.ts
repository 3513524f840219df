import { expect, test } from 'bun:test';
import type { RequestView } from '../../src/admin/contract-usage.ts';
import { RequestLines } from '../../src/cli/request-lines.ts';
import { aScreen } from '../help/a-screen.ts';
import { aRequestView } from '../help/a-view.ts';

const now = Date.UTC(2026, 10, 22, 12, 5);

function linesOf(over: Partial<RequestView> = {}, columns?: number): string[] {
  return new RequestLines(aScreen(columns).terminal).of(aRequestView(over), now);
}

test('a call that went well is one line', () => {
  const [line, ...rest] = linesOf();
  expect(rest).toEqual([]);
  expect(line?.slice(9).split(/ +/).join(' ')).toBe(
    'ann sonnet-4-5-20250929 end_turn 58.0k 345 $0.0268 3.46s local · 3f0f8f5a',
  );
});

test('how a call ended is told in its own words', () => {
  const ended = (over: Partial<RequestView>): string | undefined => linesOf(over)[0]?.slice(47, 63).trim();
  expect(ended({ stopReason: null, status: 204 })).toBe('204');
  expect(ended({ ended: 'error', status: 429, errorType: 'rate_limit_error' })).toBe('429 rate_limit_…');
  expect(ended({ ended: 'error', status: 200, errorType: 'overloaded_error' })).toBe('overloaded_error');
  expect(ended({ ended: 'cut' })).toBe('broken off');
  expect(ended({ ended: 'client-left' })).toBe('client left');
});

test('estimates and unknown prices have their signs', () => {
  const tokens = { ...aRequestView().tokens!, isEstimate: true };
  expect(linesOf({ tokens, priceBasis: 'unknown' })[0]).toMatch(/ ~345 +\?\$0\.0268 /);
});

test('attempts that were in vain, the wait and the move stand below', () => {
  const attempt = {
    account: 'ann',
    atMs: 12,
    ms: 30,
    ending: 'answered',
    status: 529,
    errorType: 'overloaded_error',
    errorCode: null,
    scope: 'upstream',
    lesson: 'struggling',
    reason: null,
    evidence: null,
    upstreamRequestId: null,
  };
  const lines = linesOf({
    attempts: [
      attempt,
      { ...attempt, status: null, ending: 'lost', atMs: 1_500 },
      { ...attempt, status: 200, atMs: 1_700, reason: 'began with overloaded_error' },
      { ...attempt, status: 200, errorType: null },
    ],
    move: { from: 'ann', to: 'bob', reason: 'answered 529', tokens: 1_234, usd: 0.05 },
    waitedMs: 4_200,
  });
  expect(lines.slice(1).map((line) => line.trim())).toEqual([
    '12ms ann: 529 overloaded_error',
    '1.50s ann: lost',
    '1.70s ann: began with overloaded_error',
    'waited 4.2 s for an account',
    'left ann (answered 529); re-writing 1.23k cached tokens cost about $0.0500',
  ]);
});

test('a call of another day is told with its day, and one of no model with its path', () => {
  const [line] = linesOf({ at: '2026-11-20T12:00:00.000Z', model: null, method: 'GET', path: '/v1/models' });
  expect(line).toStartWith('20 Nov   ann            GET models ');
});

test('agents are told apart from sessions', () => {
  expect(linesOf({ agent: 'a1b2' })[0]).toEndWith('local · 3f0f8f5a · agent a1b2');
  expect(linesOf({ agent: 'agent-a1b2' })[0]).toEndWith(' · agent-a1b2');
});

test('no line is wider than the terminal, and what others chose cannot drive it', () => {
  const over = { account: 'a\u001B[2Jb', session: null, agent: 'x'.repeat(100), errorType: 'a\nb' };
  for (const columns of [40, 80, 120]) {
    const lines = linesOf(
      { ...over, move: { from: 'y'.repeat(90), to: 'z', reason: '', tokens: null, usd: null } },
      columns,
    );
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
    const { heading } = new RequestLines(aScreen(columns).terminal);
    expect(heading.length).toBeLessThanOrEqual(columns);
  }
});
