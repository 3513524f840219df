import { describe, expect, it } from 'bun:test';
import type { RoomWindow } from '../../src/accounts/headroom/room.ts';
import { seatFor } from '../../src/accounts/seat.ts';
import { slowStartMs } from '../../src/accounts/slow-start.ts';
import { candidateFor } from '../../src/accounts/survey.ts';
import { anAccount } from '../help/an-account.ts';

const view = { now: 1_000_000, monotonic: 50, family: undefined, softLimit: 0.98 };

const aWindow = (more: Partial<RoomWindow>): RoomWindow => ({
  window: '5h',
  kind: 'plan',
  family: undefined,
  used: 0,
  readAt: view.now,
  resetAt: view.now + 60_000,
  ...more,
});

describe('an account as a policy sees it', () => {
  it('is as it stands at that moment', () => {
    const seat = seatFor(anAccount('a', { priority: 3, weight: 2 }));
    Object.assign(seat, { avoidedUntil: 100, callsInFlight: 4, priceFactor: 0.5 });
    expect(candidateFor(seat, { ...view, monotonic: 99 })).toMatchObject({
      priority: 3,
      weight: 2,
      callsInFlight: 4,
      isAvoided: true,
      priceFactor: 0.5,
    });
    expect(candidateFor(seat, { ...view, monotonic: 100 }).isAvoided).toBe(false);
  });

  it('is nearly full from the soft limit on, until the window begins anew', () => {
    const seat = seatFor(anAccount('a'), undefined, {
      windows: [aWindow({ window: '7d_opus', family: 'opus', used: 0.98, resetAt: view.now + 10 })],
    });
    const isNearlyFull = (more: object): boolean => candidateFor(seat, { ...view, ...more }).isNearlyFull;
    expect(isNearlyFull({ family: 'opus' })).toBe(true);
    expect(isNearlyFull({ family: 'haiku' })).toBe(false);
    expect(isNearlyFull({ family: 'opus', softLimit: 0.99 })).toBe(false);
    expect(isNearlyFull({ family: 'opus', now: view.now + 10 })).toBe(false);
  });

  it('is ordered by no window of a subscription, whatever that is called', () => {
    const windows = ['5h', '7d', '3w_nobody_knows'].map((window) => aWindow({ window, used: 0.9 }));
    const seat = seatFor(anAccount('a'), undefined, { windows });
    expect(candidateFor(seat, view)).toMatchObject({ used: 0, resetsAt: Number.POSITIVE_INFINITY });
  });

  it('is ordered by what is left of its buckets, which fill by themselves, and has no reset by them', () => {
    const windows = [
      aWindow({ window: 'requests', kind: 'bucket', used: 0.2 }),
      aWindow({ window: 'input-tokens', kind: 'bucket', used: 0.8 }),
    ];
    const seat = seatFor(anAccount('a'), undefined, { windows });
    const usedAfter = (ms: number): number => candidateFor(seat, { ...view, now: view.now + ms }).used;
    expect([0, 30_000, 60_000].map(usedAfter)).toEqual([0.8, 0.4, 0]);
    expect(candidateFor(seat, view).resetsAt).toBe(Number.POSITIVE_INFINITY);
    expect(candidateFor(seat, { ...view, softLimit: 0.8 }).isNearlyFull).toBe(true);
  });

  it('is ordered by its budgets, and by when the first of them begins anew', () => {
    const windows = [
      aWindow({ window: 'house', kind: 'period', used: 0.5, resetAt: view.now + 9_000 }),
      aWindow({ window: 'team', kind: 'period', used: 0.1, resetAt: view.now + 5_000 }),
    ];
    const seat = seatFor(anAccount('a'), undefined, { windows });
    expect(candidateFor(seat, view)).toMatchObject({ used: 0.5, resetsAt: view.now + 5_000 });
  });

  it('is spared after a rest: one call at first, more by and by, then as many as come', () => {
    const seat = seatFor(anAccount('a'));
    const isSpared = (calls: number, after: number): boolean => {
      Object.assign(seat, { backSince: view.monotonic, callsInFlight: calls });
      return candidateFor(seat, { ...view, monotonic: view.monotonic + after }).isSpared;
    };
    expect([0, 1].map((calls) => isSpared(calls, 0))).toEqual([false, true]);
    expect([6, 7].map((calls) => isSpared(calls, slowStartMs / 2))).toEqual([false, true]);
    expect(isSpared(500, slowStartMs)).toBe(false);
  });
});
