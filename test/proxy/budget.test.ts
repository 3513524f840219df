import { describe, expect, it } from 'bun:test';
import { GatewayError } from '../../src/base/errors.ts';
import type { Identity } from '../../src/proxy/authenticate.ts';
import { accountsUsedUp, holdBudget, requireCounted, usageAnswer } from '../../src/proxy/budget.ts';
import { Pool, type Ask } from '../../src/accounts/pool.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import type { Admission, AccountBar, Budgets } from '../../src/usage/budgets/budgets.ts';
import type { Cap } from '../../src/usage/budgets/cap.ts';
import { Pots } from '../../src/usage/budgets/pots.ts';
import { aBudget } from '../help/a-budget.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

const clock = new HandClock(Date.parse('2026-11-22T12:00Z'));
const local: Identity = { client: { is: 'local' }, own: undefined };
const keyed: Identity = {
  client: { is: 'keyed', key: { id: 'key_ann', name: 'ann', owner: '', hint: 'ccp-', createdAt: 0 } },
  own: undefined,
};

function aCap(resetAt: number): Cap {
  const [pot] = new Pots({ budgets: new Map([['house', aBudget()]]), keys: [], accounts: [] }).all;
  return { pot: pot!, used: 100e6, resetAt };
}

/** Budgets of which only one answer matters. */
const budgetsThat = (more: Partial<Budgets>): Budgets => more as Budgets;

function refusal(admission: Exclude<Admission, { is: 'admitted' }>): GatewayError {
  const asked: unknown[] = [];
  const budgets = budgetsThat({
    admit: (...given) => {
      asked.push(given);
      return admission;
    },
  });
  const ask = { model: 'm', maxTokens: 5 } as Parameters<typeof holdBudget>[1];
  try {
    void holdBudget(keyed, ask, 77, { budgets, clock });
  } catch (error) {
    expect(asked).toEqual([['key_ann', { model: 'm', maxTokens: 5, bodyBytes: 77 }]]);
    if (error instanceof GatewayError) return error;
  }
  throw new Error('expected a refusal');
}

describe('a call that is not admitted', () => {
  it('for a budget that is used up ends the retries until the moment it begins anew', () => {
    const error = refusal({ is: 'used-up', cap: aCap(clock.now() + 3_600_000) });
    expect([error.status, error.type, error.retryAfterSeconds, error.shouldRetry]).toEqual([
      429,
      'billing_error',
      3_600,
      false,
    ]);
    expect(error.headers).toContain('anthropic-ratelimit-unified-overage-disabled-reason');
  });

  it('for calls that are running is a throttle of seconds, without headers of a limit', () => {
    const error = refusal({ is: 'spoken-for', cap: aCap(clock.now() + 3_600_000) });
    expect([error.status, error.type, error.retryAfterSeconds, error.shouldRetry, error.headers]).toEqual([
      429,
      'rate_limit_error',
      2,
      undefined,
      [],
    ]);
  });

  it('where nobody knows what was spent says that and nothing else', () => {
    const error = refusal({ is: 'unreadable' });
    expect([error.status, error.type, error.retryAfterSeconds, error.shouldRetry, error.headers]).toEqual([
      429,
      'billing_error',
      undefined,
      false,
      ['anthropic-ratelimit-unified-overage-disabled-reason', 'fetch_error'],
    ]);
  });
});

describe('accounts', () => {
  const ask: Ask = { purpose: 'messages', own: false, model: 'm' };

  function used(bars: Record<string, AccountBar>, more: Partial<Ask> = {}): GatewayError | undefined {
    const barred = (id: string): AccountBar | undefined => bars[id];
    const pool = new Pool(clock, new Sessions(clock, 1_000, 10), () => {}, barred);
    pool.refill([anAccount('a'), anAccount('b'), anAccount('c', { models: ['other'] })]);
    return accountsUsedUp({ ...ask, ...more }, { pool, clock, budgets: { barred } });
  }

  const bar = (hours: number): AccountBar => {
    const until = clock.now() + hours * 3_600_000;
    return { until, reason: 'budget x used up', cap: aCap(until) };
  };
  const held: AccountBar = { until: clock.now() + 2_000, reason: 'spoken for', cap: undefined };

  it('of which every one that fits is used up refuse until the first of them is back', () => {
    expect(used({ acc_a: bar(5), acc_b: bar(3) })?.retryAfterSeconds).toBe(3 * 3_600);
    expect(used({ acc_a: bar(5), acc_b: bar(3) })?.message).toContain('budgets of all accounts');
  });

  it('of which one is not, or only has calls running, do not', () => {
    expect(used({ acc_a: bar(5) })).toBeUndefined();
    expect(used({ acc_a: bar(5), acc_b: held })).toBeUndefined();
    expect(used({})).toBeUndefined();
  });

  it('that the caller named decide alone', () => {
    expect(used({ acc_a: bar(5) }, { pinned: 'A' })?.retryAfterSeconds).toBe(5 * 3_600);
    expect(used({ acc_a: bar(5) }, { bound: 'acc_b' })).toBeUndefined();
  });

  it('never stand in the way of counting', () => {
    expect(used({ acc_a: bar(5), acc_b: bar(3) }, { purpose: 'counting' })).toBeUndefined();
  });
});

describe('a path where nobody counts', () => {
  const strict = budgetsThat({ countsEverything: () => true });
  const open = (method: string, path: string, group: string, budgets = strict): boolean => {
    try {
      requireCounted(keyed, method, { path, group }, budgets);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'not_permitted', shouldRetry: false });
      return false;
    }
  };

  it.each([
    ['POST', '/v1/messages/batches', 'batches'],
    ['POST', '/v1/messages/batches/cancel', 'batches'],
    ['POST', '/v1/messages/batches/b1/cancel/more', 'batches'],
    ['POST', '/v1/sessions/s1/cancel', 'sessions'],
    ['PUT', '/v1/complete', 'complete'],
    ['PATCH', '/v1/agents/a1', 'agents'],
  ])('is closed under a hard budget: %s %s', (method, path, group) => {
    expect(open(method, path, group)).toBe(false);
    expect(open(method, path, group, budgetsThat({ countsEverything: () => false }))).toBe(true);
  });

  it.each([
    ['GET', '/v1/messages/batches', 'batches'],
    ['DELETE', '/v1/sessions/s1', 'sessions'],
    ['POST', '/v1/messages/batches/b1/cancel', 'batches'],
    ['POST', '/v1/files', 'files'],
  ])('stays open where it costs nothing: %s %s', (method, path, group) => {
    expect(open(method, path, group)).toBe(true);
  });
});

it('a caller without a key has no usage of its own', () => {
  expect(() => usageAnswer(local, strictless)).toThrow(GatewayError);
});

const strictless = budgetsThat({});
