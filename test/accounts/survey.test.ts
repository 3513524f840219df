import { describe, expect, it } from 'bun:test';
import { seatFor } from '../../src/accounts/seat.ts';
import { slowStartMs } from '../../src/accounts/slow-start.ts';
import { candidateFor } from '../../src/accounts/survey.ts';
import { anAccount } from '../help/an-account.ts';

const view = { now: 1_000_000, monotonic: 50, family: undefined, softLimit: 0.98 };

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
    const windows = [{ window: '7d_opus', family: 'opus', used: 0.98, resetAt: view.now + 10 }] as const;
    const seat = seatFor(anAccount('a'), undefined, { windows });
    const isNearlyFull = (more: object): boolean => candidateFor(seat, { ...view, ...more }).isNearlyFull;
    expect(isNearlyFull({ family: 'opus' })).toBe(true);
    expect(isNearlyFull({ family: 'haiku' })).toBe(false);
    expect(isNearlyFull({ family: 'opus', softLimit: 0.99 })).toBe(false);
    expect(isNearlyFull({ family: 'opus', now: view.now + 10 })).toBe(false);
  });

  it('is spared after a rest: one call at first, more by and by, then as many as come', () => {
    const seat = seatFor(anAccount('a'));
    const isSpared = (calls: number, after: number): boolean => {
      Object.assign(seat, { backSince: view.now, callsInFlight: calls });
      return candidateFor(seat, { ...view, now: view.now + after }).isSpared;
    };
    expect([0, 1].map((calls) => isSpared(calls, 0))).toEqual([false, true]);
    expect([6, 7].map((calls) => isSpared(calls, slowStartMs / 2))).toEqual([false, true]);
    expect(isSpared(500, slowStartMs)).toBe(false);
    expect(isSpared(500, -1)).toBe(false);
  });
});
