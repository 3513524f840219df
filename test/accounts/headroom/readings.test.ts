import { describe, expect, it } from 'bun:test';
import { readingsIn } from '../../../src/accounts/headroom/readings.ts';

const now = Date.UTC(2026, 10, 25, 12);

describe('the windows an answer tells of', () => {
  it('are the token buckets, with the used share worked out', () => {
    const headers = [
      'Anthropic-RateLimit-Input-Tokens-Limit',
      '40000',
      'anthropic-ratelimit-input-tokens-remaining',
      '10000',
      'anthropic-ratelimit-input-tokens-reset',
      '2026-11-25T12:00:30Z',
      'anthropic-priority-output-tokens-limit',
      '100',
      'anthropic-priority-output-tokens-remaining',
      '100',
    ];
    expect(readingsIn(headers, now)).toEqual([
      {
        window: 'input-tokens',
        kind: 'bucket',
        used: 0.75,
        limit: 40_000,
        remaining: 10_000,
        status: undefined,
        resetAt: now + 30_000,
      },
      {
        window: 'priority-output-tokens',
        kind: 'bucket',
        used: 0,
        limit: 100,
        remaining: 100,
        status: undefined,
        resetAt: undefined,
      },
    ]);
  });

  it('are the windows of a plan, those of unknown names and of more than all included', () => {
    const unified = (name: string, value: string) => [`anthropic-ratelimit-unified-${name}`, value];
    const headers = [
      ...unified('status', 'allowed'),
      ...unified('reset', String(now / 1000 + 60)),
      ...unified('5h-status', 'allowed_warning'),
      ...unified('5h-utilization', '1.08'),
      ...unified('5h-reset', String(now / 1000 + 3600)),
      ...unified('moon_phase-utilization', '0.25'),
    ];
    expect(readingsIn(headers, now)).toMatchObject([
      { window: '5h', kind: 'plan', used: 1.08, status: 'allowed_warning', resetAt: now + 3_600_000 },
      { window: 'moon_phase', kind: 'plan', used: 0.25, status: undefined, resetAt: undefined },
    ]);
  });

  it('are none where the headers speak of other things', () => {
    const headers = ['content-type', 'application/json', 'request-id', 'req_1', 'retry-after', '3'];
    expect(readingsIn(headers, now)).toEqual([]);
  });
});

describe('what makes no sense', () => {
  it.each([
    ['5h-utilization', 'a lot'],
    ['5h-utilization', '-1'],
    ['5h-utilization', '1e3'],
    ['5h-status', 'allowed; <script>'],
    [`${'x'.repeat(60)}-utilization`, '0.5'],
  ])('is not read: %s %s', (name, value) => {
    expect(readingsIn([`anthropic-ratelimit-unified-${name}`, value], now)).toEqual([]);
  });

  it('is a reset in years', () => {
    const headers = [
      'anthropic-ratelimit-unified-5h-utilization',
      '0.5',
      'anthropic-ratelimit-unified-5h-reset',
      '99999999999',
    ];
    expect(readingsIn(headers, now)[0]?.resetAt).toBeUndefined();
  });

  it('is a flood of windows: forty are read', () => {
    const headers = Array.from({ length: 500 }, (_, at) => [
      `anthropic-ratelimit-unified-w${at}-utilization`,
      '0.5',
    ]).flat();
    expect(readingsIn(headers, now)).toHaveLength(40);
  });
});
