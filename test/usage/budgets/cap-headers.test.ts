import { describe, expect, it } from 'bun:test';
import { type Cap, fullest, lastToReset, percentOf } from '../../../src/usage/budgets/cap.ts';
import {
  capHeaders,
  spokenForSentence,
  unreadableHeaders,
  usedUpHeaders,
  usedUpSentence,
} from '../../../src/usage/budgets/cap-headers.ts';
import type { Pot } from '../../../src/usage/budgets/pots.ts';

const resetAt = Date.parse('2026-12-01T00:00Z');

function aCap(percent: number, pot: Partial<Pot> = {}, more: Partial<Cap> = {}): Cap {
  const whole: Pot = {
    name: 'laptop',
    scope: 'key',
    of: ['laptop'],
    subjects: ['key:1'],
    period: 'monthly',
    unit: 'usd',
    limit: 20e6,
    warnAt: 0.75,
    isHard: true,
    isShared: false,
    ...pot,
  };
  return { pot: whole, used: (whole.limit * percent) / 100, resetAt, ...more };
}

/** Headers by the end of their names. */
function shown(headers: string[]): Record<string, string> {
  const unified = 'anthropic-ratelimit-unified-';
  const pairs: [string, string][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    expect(headers[at]).toStartWith(unified);
    pairs.push([headers[at]!.slice(unified.length), headers[at + 1]!]);
  }
  return Object.fromEntries(pairs);
}

const calm = {
  status: 'allowed',
  'representative-claim': 'overage',
  'overage-status': 'allowed',
  reset: '1796083200',
  'overage-reset': '1796083200',
};
const warned = { ...calm, status: 'allowed_warning', 'overage-status': 'allowed_warning' };

describe('an answer under a budget', () => {
  it.each([
    [0, { ...calm, 'overage-utilization': '0.00' }],
    [29, { ...calm, 'overage-utilization': '0.29' }],
    [74.9, { ...calm, 'overage-utilization': '0.74' }],
    [75, { ...warned, 'overage-utilization': '0.75', 'overage-surpassed-threshold': '0.75' }],
    [94.99, { ...warned, 'overage-utilization': '0.94', 'overage-surpassed-threshold': '0.75' }],
    [95, { ...warned, 'overage-utilization': '0.95', 'overage-surpassed-threshold': '0.95' }],
    [99.99, { ...warned, 'overage-utilization': '0.99', 'overage-surpassed-threshold': '0.95' }],
    // Only a soft budget serves on from here, or a call that was under way.
    [100, { ...warned, 'overage-utilization': '0.99', 'overage-surpassed-threshold': '0.95' }],
    [250, { ...warned, 'overage-utilization': '0.99', 'overage-surpassed-threshold': '0.95' }],
  ])('of which %d % is used shows it so', (percent, headers) => {
    expect(shown(capHeaders(aCap(percent)))).toEqual(headers);
  });

  it('warns from where the setting says', () => {
    expect(shown(capHeaders(aCap(49, { warnAt: 0.5 })))['status']).toBe('allowed');
    expect(shown(capHeaders(aCap(50, { warnAt: 0.5 })))['overage-surpassed-threshold']).toBe('0.5');
    expect(shown(capHeaders(aCap(96, { warnAt: 1 })))['overage-surpassed-threshold']).toBe('0.95');
  });

  it('in tokens shows the same', () => {
    expect(shown(capHeaders(aCap(82, { unit: 'tokens', limit: 1_000 })))['overage-utilization']).toBe('0.82');
  });
});

describe('a refusal', () => {
  const refused = {
    status: 'rejected',
    reset: '1796083200',
    'overage-reset': '1796083200',
    'overage-utilization': '1',
    'overage-surpassed-threshold': '1',
    'overage-period': 'monthly',
    'overage-disabled-reason': 'org_spend_cap_reached',
  };

  it('has exactly the headers with which Claude Code shows our sentence', () => {
    expect(shown(usedUpHeaders(aCap(100)))).toEqual(refused);
    expect(shown(usedUpHeaders(aCap(100, { period: 'weekly' })))['overage-period']).toBe('weekly');
  });

  it('of a budget that is shared says so, by the month', () => {
    const shared = { ...refused, 'overage-scope': 'group_pool' };
    expect(shown(usedUpHeaders(aCap(100, { isShared: true })))).toEqual(shared);
    expect(shown(usedUpHeaders(aCap(100, { isShared: true, period: 'daily' })))).not.toHaveProperty(
      'overage-scope',
    );
  });

  it('where nobody knows what was spent says that and nothing else', () => {
    expect(shown(unreadableHeaders())).toEqual({ 'overage-disabled-reason': 'fetch_error' });
  });

  it.each([
    [{}, 'The monthly budget of this client key of $20.00 is used up'],
    [
      { scope: 'total', isShared: true, limit: 1234.5e6 },
      'The monthly budget of this proxy of $1,234.50 is used up',
    ],
    [
      { isShared: true, name: 'team', period: 'weekly', unit: 'tokens', limit: 2e6 },
      'The weekly budget "team" of 2,000,000 tokens is used up',
    ],
  ] as const)('is one sentence with the moment and what to do: %o', (pot, beginning) => {
    const sentence = usedUpSentence(aCap(100, pot));
    expect(sentence).toBe(
      `${beginning} until 2026-12-01 00:00 UTC; go on then, or ask whoever runs this proxy to raise it.`,
    );
    expect(sentence.match(/[.!?](?:\s|$)/g)).toHaveLength(1);
  });

  it('while others may need what is left is about seconds', () => {
    expect(spokenForSentence(aCap(90), 2)).toBe(
      'What is left of the monthly budget of this client key of $20.00 may be needed by calls that are running; try again in 2 s.',
    );
  });
});

describe('of several budgets', () => {
  it('the fullest is shown, in whatever it is counted', () => {
    const [a, b, c] = [aCap(40), aCap(60, { unit: 'tokens', limit: 10 }), aCap(59, { limit: 1e9 })];
    expect(fullest([a, b, c])).toBe(b);
    expect(fullest([])).toBeUndefined();
    const later = aCap(60, {}, { resetAt: resetAt + 1 });
    expect(fullest([b, later])).toBe(later);
  });

  it('the one that begins anew last is what the caller waits for', () => {
    const [daily, monthly] = [aCap(120, {}, { resetAt: resetAt - 5 }), aCap(100)];
    expect(lastToReset([daily, monthly])).toBe(monthly);
  });
});

it('percents are rounded down, and never off by what a division leaves', () => {
  for (let percent = 0; percent <= 130; percent += 1)
    for (const limit of [20e6, 7e6, 123_457, 3, 99e6])
      expect(percentOf(aCap(percent, { limit }))).toBe(percent);
  expect(percentOf(aCap(74.999))).toBe(74);
});
