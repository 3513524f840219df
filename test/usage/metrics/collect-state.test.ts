import { describe, expect, it } from 'bun:test';
import { collectState } from '../../../src/usage/metrics/collect-state.ts';
import type { AccountState, MetricSources } from '../../../src/usage/metrics/sources.ts';
import { familyText } from '../../../src/usage/metrics/text.ts';
import { seriesIn, sumOf } from '../../help/a-scrape.ts';

const ann: AccountState = { account: 'ann', standing: 'ready', isAvoided: false, callsInFlight: 2 };

function scrapeOf(more: Partial<MetricSources> = {}): string {
  const traffic = () => ({ callsInFlight: 7, callsWaiting: 3, streamsOpen: 5, heldBytes: 4_096 });
  return collectState({ accounts: () => [ann], traffic, ...more })
    .map((family) => familyText(family, 'prometheus'))
    .join('');
}

describe('how things stand', () => {
  it('has one standing of an account at 1 and the others at 0', () => {
    const standings: AccountState['standing'][] = ['ready', 'resting', 'signed-out', 'switched-off'];
    const accounts = standings.map((standing) => ({ ...ann, account: standing, standing }));
    const series = seriesIn(scrapeOf({ accounts: () => accounts })).filter(
      ({ name }) => name === 'ccproxy_account_standing',
    );
    expect(series).toHaveLength(16);
    expect(series.filter(({ value }) => value === 1).map(({ labels }) => labels)).toEqual([
      { account: 'ready', standing: 'ready' },
      { account: 'resting', standing: 'resting' },
      { account: 'signed-out', standing: 'signed_out' },
      { account: 'switched-off', standing: 'switched_off' },
    ]);
  });

  it('tells when a rest ends, of accounts that rest', () => {
    const accounts = [ann, { ...ann, account: 'bob', standing: 'resting', restsUntil: 1_500_000 } as const];
    const text = scrapeOf({ accounts: () => accounts });
    const ends = seriesIn(text).filter(({ name }) => name.startsWith('ccproxy_account_rest_ends'));
    expect(ends.map(({ labels, value }) => [labels['account'], value])).toEqual([['bob', 1_500]]);
  });

  it('tells calls and streams underway, of all and of each account', () => {
    const text = scrapeOf({ accounts: () => [{ ...ann, isAvoided: true }] });
    expect(sumOf(text, 'ccproxy_calls_in_flight')).toBe(7);
    expect(sumOf(text, 'ccproxy_calls_waiting')).toBe(3);
    expect(sumOf(text, 'ccproxy_streams_open')).toBe(5);
    expect(sumOf(text, 'ccproxy_held_bytes')).toBe(4_096);
    expect(sumOf(text, 'ccproxy_account_calls_in_flight', { account: 'ann' })).toBe(2);
    expect(sumOf(text, 'ccproxy_account_avoided', { account: 'ann' })).toBe(1);
  });

  it('tells what is left of each limit, as far as somebody knows', () => {
    const headroom = () => [
      { account: 'ann', window: '5h', used: 0.75, resetAt: 9_000 },
      { account: 'ann', window: 'requests', remaining: 40 },
      { account: 'bob', window: '7d', used: 1.2 },
    ];
    const text = scrapeOf({ headroom });
    expect(sumOf(text, 'ccproxy_account_headroom_ratio', { account: 'ann', window: '5h' })).toBe(0.25);
    expect(sumOf(text, 'ccproxy_account_headroom_ratio', { account: 'bob' })).toBe(0);
    expect(sumOf(text, 'ccproxy_account_headroom_ratio', { window: 'requests' })).toBeUndefined();
    expect(sumOf(text, 'ccproxy_account_headroom_remaining', { window: 'requests' })).toBe(40);
    expect(sumOf(text, 'ccproxy_account_window_reset_timestamp_seconds', { window: '5h' })).toBe(9);
  });

  const all = { budget: 'all', scope: 'total', period: 'monthly', isHard: true } as const;

  it('tells budgets in their own unit, and how much of each is used', () => {
    const ci = { budget: 'ci', scope: 'key', period: 'daily', isHard: false } as const;
    const budgets = () => [
      { ...all, unit: 'usd', used: 150, limit: 200, resetAt: 60_000 } as const,
      { ...ci, unit: 'tokens', used: 3_000, limit: 2_000 } as const,
    ];
    const text = scrapeOf({ budgets });
    const labels = { budget: 'all', scope: 'total', period: 'monthly', hard: 'true' };
    expect(sumOf(text, 'ccproxy_budget_used_usd', labels)).toBe(150);
    expect(sumOf(text, 'ccproxy_budget_limit_usd', labels)).toBe(200);
    expect(sumOf(text, 'ccproxy_budget_used_ratio', { ...labels, unit: 'usd' })).toBe(0.75);
    expect(sumOf(text, 'ccproxy_budget_reset_timestamp_seconds', labels)).toBe(60);
    expect(sumOf(text, 'ccproxy_budget_used_ratio', { budget: 'ci', hard: 'false' })).toBe(1.5);
    expect(sumOf(text, 'ccproxy_budget_used_tokens', { budget: 'ci' })).toBe(3_000);
    expect(sumOf(text, 'ccproxy_budget_used_usd', { budget: 'ci' })).toBeUndefined();
  });

  it('has no series twice, whatever budgets are called', () => {
    const budgets = () => [
      { ...all, unit: 'usd', used: 10, limit: 200 } as const,
      { ...all, unit: 'usd', used: 10, limit: 20 } as const,
      { ...all, unit: 'tokens', used: 1, limit: 2 } as const,
      { ...all, scope: 'key', unit: 'usd', used: 1, limit: 4 } as const,
      { ...all, isHard: false, unit: 'usd', used: 1, limit: 8 } as const,
    ];
    const text = scrapeOf({ budgets });
    const series = seriesIn(text).map(({ name, labels }) => JSON.stringify([name, labels]));
    expect(new Set(series).size).toBe(series.length);
    const total = { scope: 'total', hard: 'true', unit: 'usd' };
    expect(sumOf(text, 'ccproxy_budget_used_ratio', total)).toBe(0.5);
    expect(seriesIn(text).filter(({ name }) => name === 'ccproxy_budget_used_ratio')).toHaveLength(4);
  });

  it('tells how the ledger keeps up', () => {
    const state = {
      waiting: 3,
      waitingBytes: 2_400,
      lagMs: 1_500,
      written: 100,
      dropped: { calls: 2, attempts: 5 },
      lastDroppedAt: 1,
      failingSince: 1,
      lastError: undefined,
    };
    const text = scrapeOf({ ledger: () => state });
    expect(sumOf(text, 'ccproxy_ledger_queue_calls')).toBe(3);
    expect(sumOf(text, 'ccproxy_ledger_queue_bytes')).toBe(2_400);
    expect(sumOf(text, 'ccproxy_ledger_lag_seconds')).toBe(1.5);
    expect(sumOf(text, 'ccproxy_ledger_failing')).toBe(1);
    expect(sumOf(text, 'ccproxy_ledger_written_calls_total')).toBe(100);
    expect(sumOf(text, 'ccproxy_ledger_dropped_calls_total', { rows: 'all' })).toBe(2);
    expect(sumOf(text, 'ccproxy_ledger_dropped_calls_total', { rows: 'attempts' })).toBe(5);
    const well = scrapeOf({ ledger: () => ({ ...state, failingSince: undefined }) });
    expect(sumOf(well, 'ccproxy_ledger_failing')).toBe(0);
  });

  it('leaves out what nobody tells', () => {
    expect(scrapeOf()).not.toMatch(/headroom|budget|ledger/);
  });
});
