import { describe, expect, it } from 'bun:test';
import { hindranceOf, soonestOver } from '../../src/accounts/hindrance.ts';
import { policies } from '../../src/accounts/policies/all.ts';
import { seatFor, type Seat } from '../../src/accounts/seat.ts';
import type { Standing } from '../../src/accounts/standing.ts';
import type { View } from '../../src/accounts/survey.ts';
import { anAccount } from '../help/an-account.ts';

const now = 1_000_000;
const resting: Standing = { is: 'resting', since: now, until: now + 5_000, reason: '429' };
const view = (more: Partial<View> = {}): View => ({
  ask: { purpose: 'messages', model: 'm', own: false },
  tried: new Set(),
  family: undefined,
  policy: policies.balanced,
  softLimit: 0.98,
  now,
  monotonic: now,
  standingOf: ({ standing }) => standing,
  isBarred: () => false,
  ...more,
});
const seat = (more: Partial<Seat> = {}): Seat => ({
  ...seatFor(anAccount('a', { maxConcurrent: 2 })),
  ...more,
});

describe('what keeps an account from taking a call', () => {
  it.each<[string, Seat, ReturnType<typeof hindranceOf>]>([
    ['nothing, where it is ready', seat(), undefined],
    ['its rest, until that is over', seat({ standing: resting }), { is: 'rest', until: now + 5_000 }],
    ['its calls at once', seat({ callsInFlight: 2 }), { is: 'room', places: 2 }],
    [
      'nothing that is over by itself, where it is switched off',
      seat({ standing: { is: 'switched-off', since: 0 } }),
      undefined,
    ],
    [
      'nothing that is over by itself, where it does not allow the model',
      seat({ account: anAccount('a', { models: ['x'] }), standing: resting }),
      undefined,
    ],
    [
      'those before it, where it has just come back',
      seat({ backSince: now - 500, lastTakenAt: now - 100 }),
      { is: 'turn' },
    ],
  ])('is %s', (_, one, expected) => {
    const ask = { ...view().ask, gapMs: 250 };
    expect(hindranceOf(one, view({ ask }))).toEqual(expected);
  });

  it('does not matter where it has been tried, or the call may not use it', () => {
    expect(hindranceOf(seat({ standing: resting }), view({ tried: new Set(['acc_a']) }))).toBeUndefined();
    const ask = { ...view().ask, allowed: ['b'] };
    expect(hindranceOf(seat({ standing: resting }), view({ ask }))).toBeUndefined();
  });
});

it('a turn comes before room, room before the end of a rest, and of two rests the one that ends first', () => {
  const [turn, room] = [{ is: 'turn' }, { is: 'room', places: 1 }] as const;
  const [soon, late] = [
    { is: 'rest', until: 1 },
    { is: 'rest', until: 2 },
  ] as const;
  expect(soonestOver(room, turn)).toBe(turn);
  expect(soonestOver(room, soon)).toBe(room);
  expect(soonestOver(late, soon)).toBe(soon);
  expect(soonestOver(soon, late)).toBe(soon);
  expect(soonestOver(undefined, late)).toBe(late);
  expect(soonestOver(undefined, undefined)).toBeUndefined();
});
