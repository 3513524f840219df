import { describe, expect, it } from 'bun:test';
import type { Course } from '../../../src/accounts/headroom/course.ts';
import type { Family } from '../../../src/accounts/family.ts';
import { counts, roomWith, usedAt, windowsIn, type RoomWindow } from '../../../src/accounts/headroom/room.ts';

const reading = (
  window: string,
  used: number | undefined,
  resetAt: number | undefined,
  more = {},
): Omit<Course, 'samples'> => ({
  reading: {
    window,
    kind: 'plan',
    used,
    limit: undefined,
    remaining: undefined,
    status: 'allowed',
    resetAt,
    ...more,
  },
  readAt: 1,
});

describe('the windows of an account', () => {
  it('count for the family they name, or for all, until they begin anew', () => {
    const windows = windowsIn([
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

  it('are taken as used up where rejected; what goes beyond a plan, and what has no end are none', () => {
    const windows = windowsIn([
      reading('7d', undefined, 5, { status: 'rejected' }),
      reading('overage', 0.9, 5),
      reading('tokens', 0.9, 6, { kind: 'bucket' }),
      reading('5h', 0.9, undefined),
      reading('30d', undefined, 5),
    ]);
    const all = { family: undefined, readAt: 1 };
    expect(windows).toEqual([
      { window: '7d', kind: 'plan', used: 1, resetAt: 5, ...all },
      { window: 'tokens', kind: 'bucket', used: 0.9, resetAt: 6, ...all },
    ]);
  });

  it('are as used as they were read, but for buckets, which fill evenly until their reset', () => {
    const window = { window: 'x', family: undefined, used: 0.6, readAt: 100, resetAt: 400 };
    const moments = [0, 100, 200, 400];
    expect(moments.map((now) => usedAt({ ...window, kind: 'plan' }, now))).toEqual([0.6, 0.6, 0.6, 0.6]);
    expect(moments.map((now) => usedAt({ ...window, kind: 'bucket' }, now))).toEqual([0.6, 0.6, 0.4, 0]);
  });

  it('are joined by those that somebody else tells of, as they are at each look', () => {
    const one: RoomWindow = {
      window: 'x',
      kind: 'period',
      family: undefined,
      used: 0,
      readAt: 0,
      resetAt: 9,
    };
    const room = { windows: windowsIn([reading('5h', 0.4, 1_000)]) };
    let others: readonly RoomWindow[] = [];
    const both = roomWith(room, () => others);
    expect(both.windows).toBe(room.windows);
    others = [one];
    expect(both.windows.map(({ window }) => window)).toEqual(['5h', 'x']);
  });
});
