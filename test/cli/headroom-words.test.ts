import { describe, expect, it } from 'bun:test';
import type { WindowView } from '../../src/admin/contract-accounts.ts';
import { headroomCell, percentOf, tightest, windowWords } from '../../src/cli/headroom-words.ts';

const now = new Date(2026, 10, 25, 12).getTime();
const at = (hour: number, minute = 0, day = 25) => new Date(2026, 10, day, hour, minute).toISOString();

function window(name: string, more: Partial<WindowView> = {}): WindowView {
  return {
    name,
    kind: 'plan',
    used: 0.62,
    limit: null,
    remaining: null,
    status: 'allowed',
    resetsAt: at(17),
    readAt: at(11, 58),
    forecast: 'lasts',
    runsOutAt: null,
    ...more,
  };
}

const cell = (...windows: WindowView[]) => headroomCell({ windows } as never, now);

describe('a window in words', () => {
  it('says what is used, when it runs out, when it is renewed, and how old that is', () => {
    const out = window('5h', { forecast: 'runs-out', runsOutAt: at(15, 40) });
    expect(windowWords(out, now)).toBe(
      '5h 62 % used, runs out at 15:40 at this pace, renewed at 17:00 (read 2 min ago)',
    );
    expect(windowWords(window('7d', { resetsAt: at(9, 0, 28) }), now)).toBe(
      '7d 62 % used, lasts at this pace, renewed at 28 Nov 09:00 (read 2 min ago)',
    );
  });

  it('counts what is left of a bucket', () => {
    const bucket = window('input-tokens', {
      kind: 'bucket',
      used: 0.75,
      limit: 40_000,
      remaining: 10_000,
      forecast: 'unknown',
      resetsAt: null,
    });
    expect(windowWords(bucket, now)).toBe('input-tokens 75 % used, 10000 of 40000 left (read 2 min ago)');
  });

  it('says that it has begun anew since', () => {
    expect(windowWords(window('5h', { forecast: 'renewed', resetsAt: at(11, 59) }), now)).toBe(
      '5h 62 % used, began anew at 11:59 (read 2 min ago)',
    );
  });
});

describe('the window that is shown of several', () => {
  it('is one of a plan before buckets, and none that has begun anew', () => {
    const bucket = window('requests', { kind: 'bucket', used: 0.99 });
    expect(tightest([bucket, window('5h')])?.name).toBe('5h');
    expect(tightest([bucket, window('5h', { forecast: 'renewed' })])?.name).toBe('requests');
    expect(tightest([window('5h', { used: null })])).toBeUndefined();
  });

  it('stands in the table with what is to be feared', () => {
    expect(cell()).toBe('');
    expect(cell(window('5h'))).toBe('5h 62 %');
    expect(cell(window('5h', { forecast: 'runs-out', runsOutAt: at(15, 40) }))).toEqual({
      text: '5h 62 %, out 15:40',
      style: 'yellow',
    });
    expect(cell(window('5h', { used: 1, forecast: 'used-up' }))).toEqual({
      text: '5h 100 %, used up until 17:00',
      style: 'red',
    });
  });
});

it('a share is full only when it is', () => {
  expect([percentOf(0.994), percentOf(0.999), percentOf(1), percentOf(1.08)]).toEqual([
    '99 %',
    '99 %',
    '100 %',
    '108 %',
  ]);
});
