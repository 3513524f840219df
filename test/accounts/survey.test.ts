import { describe, expect, it } from 'bun:test';
import { fitsAny } from '../../src/base/pattern.ts';
import type { Family } from '../../src/accounts/family.ts';
import { policies } from '../../src/accounts/policies/all.ts';
import { belongs, seatFor, type Seat } from '../../src/accounts/seat.ts';
import { compare } from '../../src/accounts/selection.ts';
import type { Standing } from '../../src/accounts/standing.ts';
import { candidateFor, standingsUnder, survey, type View } from '../../src/accounts/survey.ts';
import { Random } from '../help/a-random.ts';
import { slowStartMs, takesOneMore } from '../../src/accounts/slow-start.ts';
import type { RoomWindow } from '../../src/accounts/headroom/room.ts';
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

const maybe = <T>(random: Random, ...of: T[]): T | undefined =>
  random.chance(0.4) ? undefined : random.one(of);

/** Everything that a choice looks at, in every combination. */
function aSeat(random: Random, at: number): Seat {
  const account = anAccount(String(at), {
    priority: random.one([1, 2]),
    weight: random.one([1, 2, 3]),
    models: random.one([[], [], ['claude-haiku-*'], ['claude-opus-*', 'other']]),
    kind: random.chance(0.1) ? 'passthrough' : 'api-key',
    ...(random.chance(0.3) && { maxConcurrent: 2 }),
  });
  const reset = (): number => view.now + random.one([-1, 0, 1, 500]);
  const windows = Array.from({ length: random.below(3) }, () => ({
    window: '5h',
    kind: random.one<RoomWindow['kind']>(['plan', 'bucket', 'period']),
    family: maybe<Family>(random, 'opus', 'haiku'),
    used: random.one([0, 0.3, 0.98, 1]),
    readAt: view.now - 100,
    resetAt: reset(),
  }));
  const resting = (): Standing & { is: 'resting' } => ({
    is: 'resting',
    since: view.now - 100,
    until: reset(),
    reason: '429',
  });
  const standing = random.one([{ is: 'ready' } as const, { is: 'ready' } as const, resting()]);
  const seat = seatFor(account, standing, { windows });
  if (random.chance(0.2)) seat.familyRests = new Map([['opus', { ...resting(), family: 'opus' }]]);
  if (random.chance(0.1)) seat.avoidedUntil = view.monotonic + 1;
  Object.assign(seat, { callsInFlight: random.below(4), given: random.below(3) });
  return Object.assign(seat, { priceFactor: random.one([1, 1, 0.5]) });
}

/** The same choice, as one would write it down: everybody who could, in order, the first of equals first. */
function plainly(
  seats: readonly Seat[],
  look: View,
): { fitting: number; able: number; best: string | undefined } {
  const fitting = seats.filter((seat) => belongs(seat, look.ask));
  const able = fitting.filter(({ account }) => fitsAny(account.models, look.ask.model));
  const ready = able.filter(
    (seat) =>
      !look.tried.has(seat.account.id) &&
      look.standingOf(seat, look).is === 'ready' &&
      takesOneMore(seat, look.ask, look),
  );
  const candidates = ready.map((seat) => ({ ...candidateFor(seat, look), id: seat.account.id }));
  const [best] = candidates.toSorted((one, other) => compare(look.policy, one, other));
  return { fitting: fitting.length, able: able.length, best: best?.id };
}

describe('a survey', () => {
  it('finds whom a plain look at everybody finds, under every policy', () => {
    const random = new Random(11);
    let found = 0;
    for (let round = 0; round < 4_000; round += 1) {
      const look: View = {
        ...view,
        ask: {
          purpose: random.one(['messages', 'counting']),
          own: random.chance(0.1),
          model: maybe(random, 'claude-opus-5-5', 'claude-haiku-5-5'),
          allowed: maybe(random, ['acc_1', ' 3 ', '5'], []),
        },
        family: maybe<Family>(random, 'opus', 'haiku'),
        tried: new Set(random.chance(0.3) ? [`acc_${random.below(4)}`] : []),
        policy: random.one(Object.values(policies)),
        ...standingsUnder(() => undefined),
      };
      const seats = Array.from({ length: random.below(12) }, (_, at) => aSeat(random, at));
      const copies = seats.map((seat) => ({ ...seat, candidate: { ...seat.candidate } }));
      const { fitting, able, best } = survey(seats, look);
      const plain = plainly(copies, look);
      expect(best?.account.id).toBe(plain.best);
      if (best === undefined)
        expect({ fitting, able }).toMatchObject({ fitting: plain.fitting, able: plain.able });
      else found += 1;
      // What the looked-at tells of itself afterwards is what it told then: a weighted share follows from it.
      if (best !== undefined) expect({ ...best.candidate }).toEqual({ ...candidateFor(best, look) });
    }
    expect(found).toBeGreaterThan(1_000);
  });
});
