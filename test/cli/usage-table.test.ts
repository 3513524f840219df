import { expect, test } from 'bun:test';
import type { UsageView } from '../../src/admin/contract-usage.ts';
import { showUsage } from '../../src/cli/usage-table.ts';
import { HandClock } from '../help/a-clock.ts';
import { aScreen } from '../help/a-screen.ts';
import { aUsageView } from '../help/a-view.ts';

function shown(view: UsageView, columns?: number) {
  const { terminal, out, err } = aScreen(columns);
  showUsage({ terminal, clock: new HandClock() }, view);
  return { out, err };
}

const opus = { calls: 1_200, input: 5, cacheRead: 2e6, cacheWrite5m: 1e4, cacheWrite1h: 5e3, output: 9e4 };

test('a line has every figure, in columns of numbers', () => {
  const { out } = shown(aUsageView({ opus: { ...opus, cacheShare: 0.91, usd: 12.5, usdSavedByCache: 3 } }));
  expect(out).toEqual([
    'MODEL  CALLS  INPUT  CACHE READ  CACHE WRITE  OUTPUT  CACHED    COST  SAVED  ERRORS',
    'opus   1.20k      5       2.00M        15.0k   90.0k    91 %  $12.50  $3.00',
  ]);
});

test('several lines have their total below', () => {
  const { out } = shown(aUsageView({ opus: { calls: 1 }, '': { calls: 2 } }, { calls: 3 }));
  expect(out.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['MODEL', 'CALLS'],
    ['opus', '1'],
    ['(none)', '2'],
    ['total', '3'],
  ]);
});

test('what is not exact has a sign, and a note that says what it means', () => {
  const estimated = shown(aUsageView({ a: { usd: 1, estimates: 2 } }, { usd: 1, estimates: 2 }));
  expect(estimated.out[1]).toContain('~$1.00');
  expect(estimated.err).toEqual(['~ 2 calls broke off or were not told whole: their tokens are estimates.']);
  const unknown = { usd: 1, usdOfUnknown: 0.5, estimates: 1 };
  const assumed = shown(aUsageView({ a: unknown }, unknown));
  expect(assumed.out[1]).toContain('?$1.00');
  expect(assumed.err).toEqual([
    '? $0.50 of it is for models that no price is known of: an assumption.',
    '~ 1 call broke off or was not told whole: its tokens are an estimate.',
  ]);
});

test('moves are told with what they lost, where they lost anything', () => {
  expect(shown(aUsageView({ a: {} }, { moves: 1 })).err).toEqual(['1 call moved to another account.']);
  expect(shown(aUsageView({ a: {} }, { moves: 2, usdLostToMoves: 0.25 })).err).toEqual([
    '2 calls moved to another account, which lost $0.25 of cache.',
  ]);
});

test('errors are those that were answered and those that broke off', () => {
  expect(shown(aUsageView({ a: { errors: 2, cut: 1 } })).out[1]).toEndWith('3');
});

test('nothing is said to be nothing', () => {
  expect(shown(aUsageView({})).out[0]).toStartWith('Nothing that fits was used since');
});

test('a narrow terminal gets fewer columns, never those of calls and cost', () => {
  for (const columns of [80, 60, 40, 20]) {
    const { out } = shown(aUsageView({ opus: { ...opus, usd: 1 } }), columns);
    expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 19));
    expect(out[0]).toMatch(/^MODEL +CALLS.* COST/);
  }
});

test('a name cannot drive the terminal', () => {
  expect(shown(aUsageView({ 'a\u001B[31mb': {} })).out[1]).toStartWith('a[31mb');
});
