import { describe, expect, it } from 'bun:test';
import type { Family } from '../../../src/accounts/family.ts';
import type { Reading } from '../../../src/accounts/headroom/readings.ts';
import { counts, planWindowsIn } from '../../../src/accounts/headroom/room.ts';

const reading = (
  window: string,
  used: number | undefined,
  resetAt: number | undefined,
  more = {},
): Reading => ({
  window,
  kind: 'plan',
  used,
  limit: undefined,
  remaining: undefined,
  status: 'allowed',
  resetAt,
  ...more,
});

describe('the windows of an account', () => {
  it('count for the family they name, or for all, until they begin anew', () => {
    const windows = planWindowsIn([
      reading('5h', 0.4, 1_000),
      reading('7d', 0.3, 9_000),
      reading('7d_opus', 0.8, 8_000),
    ]);
    const counting = (family: Family | undefined, now: number): string[] =>
      windows.filter((window) => counts(window, family, now)).map(({ window }) => window);
    expect(counting('opus', 0)).toEqual(['5h', '7d', '7d_opus']);
    expect(counting('haiku', 0)).toEqual(['5h', '7d']);
    expect(counting(undefined, 1_000)).toEqual(['7d']);
    expect(counting('opus', 8_000)).toEqual(['7d']);
  });

  it('are taken as used up where rejected; buckets, what goes beyond a plan, and what has no end are none', () => {
    const windows = planWindowsIn([
      reading('7d', undefined, 5, { status: 'rejected' }),
      reading('overage', 0.9, 5),
      reading('tokens', 0.9, 5, { kind: 'bucket' }),
      reading('5h', 0.9, undefined),
      reading('30d', undefined, 5),
    ]);
    expect(windows).toEqual([{ window: '7d', family: undefined, used: 1, resetAt: 5 }]);
  });
});
