import { describe, expect, it } from 'bun:test';
import type { Cap } from '../../../src/usage/budgets/cap.ts';
import { capHeaders } from '../../../src/usage/budgets/cap-headers.ts';
import { Pots } from '../../../src/usage/budgets/pots.ts';
import { usageView } from '../../../src/usage/budgets/usage-view.ts';
import { aBudget } from '../../help/a-budget.ts';

const resetAt = Date.parse('2026-12-01T00:00Z');

function aCap(used: number, more: Parameters<typeof aBudget>[0] = {}): Cap {
  const [pot] = new Pots({ budgets: new Map([['b', aBudget(more)]]), keys: [], accounts: [] }).all;
  return { pot: pot!, used, resetAt };
}

const spent = (period: string): number =>
  ({ daily: 1.234e6, weekly: 5e6, monthly: 9.999_999e6 })[period] ?? 0;

describe('what a client is told of its usage', () => {
  it('is the money of its fullest budget, in cents and whole percents', () => {
    const view = usageView([aCap(10e6), aCap(2.7e6, { limitUsd: 5, period: 'daily' })], spent);
    expect(view.extra_usage).toEqual({
      is_enabled: true,
      monthly_limit: 500,
      used_credits: 270,
      utilization: 54,
      currency: 'USD',
    });
    expect(view.limits).toEqual([
      {
        kind: 'spend',
        group: 'monthly',
        percent: 10,
        resets_at: '2026-12-01T00:00:00.000Z',
        severity: 'normal',
        is_active: false,
      },
      {
        kind: 'spend',
        group: 'daily',
        percent: 54,
        resets_at: '2026-12-01T00:00:00.000Z',
        severity: 'normal',
        is_active: true,
      },
    ]);
  });

  it('agrees with the header to the percent and to the second', () => {
    const cap = aCap(54.5e6);
    const headers = capHeaders(cap);
    const value = (name: string): string =>
      headers[headers.indexOf(`anthropic-ratelimit-unified-${name}`) + 1]!;
    const [limit] = usageView([cap], spent).limits;
    expect([value('overage-utilization'), limit?.percent]).toEqual(['0.54', 54]);
    expect(Date.parse(limit!.resets_at) / 1000).toBe(Number(value('overage-reset')));
  });

  it('may pass a hundred percent, and says how serious that is', () => {
    const percents = [74, 75, 99, 100, 130].map((used) => usageView([aCap(used * 1e6)], spent).limits[0]);
    expect(percents.map((limit) => [limit?.percent, limit?.severity])).toEqual([
      [74, 'normal'],
      [75, 'warning'],
      [99, 'warning'],
      [100, 'critical'],
      [130, 'critical'],
    ]);
  });

  it('without a budget is the three amounts, and null where there is no limit', () => {
    const none = { limit: null, utilization: null };
    expect(usageView([], spent)).toEqual({
      extra_usage: {
        is_enabled: true,
        monthly_limit: null,
        used_credits: 1_000,
        utilization: null,
        currency: 'USD',
        daily: { ...none, used_credits: 123 },
        weekly: { ...none, used_credits: 500 },
      },
      limits: [],
    });
  });

  it('with a budget in tokens alone is its percents, and no money that would not be its own', () => {
    const view = usageView([aCap(60, { limitTokens: 100 })], spent);
    expect(view.extra_usage).toMatchObject({ monthly_limit: null, utilization: null, used_credits: 1_000 });
    expect(view.limits).toMatchObject([{ percent: 60, is_active: false }]);
  });
});
