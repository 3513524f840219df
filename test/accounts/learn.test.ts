import { describe, expect, it } from 'bun:test';
import { areAlike, learn } from '../../src/accounts/learn.ts';
import { Pool } from '../../src/accounts/pool.ts';
import { seatFor } from '../../src/accounts/seat.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { avoidanceMs } from '../../src/accounts/standing.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

const at = { now: 1_000_000, monotonic: 5_000 };
const a = anAccount('a');
const refused = { is: 'refused', reason: '401 authentication_error' } as const;

describe('what an attempt teaches', () => {
  it('is nothing where it is not about the account: it does not say that the account is well', () => {
    const seat = seatFor(a);
    learn(seat, { is: 'struggling', reason: 'answered 529' }, at, undefined);
    expect(learn(seat, { is: 'fine' }, at, undefined)).toBe(false);
    expect([seat.avoidedUntil, seat.served]).toEqual([at.monotonic + avoidanceMs, 0]);
  });

  it('is that the account is well where it served', () => {
    const seat = seatFor(a);
    learn(seat, { is: 'struggling', reason: 'answered 529' }, at, undefined);
    expect(learn(seat, { is: 'fine', isServed: true }, at, undefined)).toBe(false);
    expect([seat.avoidedUntil, seat.served]).toEqual([0, 1]);
  });

  it('is another standing where the upstream said so', () => {
    const seat = seatFor(a);
    const until = at.now + 60_000;
    expect(learn(seat, { is: 'limited', until, reason: '429' }, at, undefined)).toBe(true);
    expect(seat.standing).toMatchObject({ is: 'resting', until });
    expect(learn(seat, refused, at, undefined)).toBe(true);
    expect(seat.standing).toEqual({ ...refused, is: 'signed-out', since: at.now });
  });
});

it('holds for the credential and the upstream it was learned with', () => {
  expect(areAlike(a, { ...a, name: 'other', priority: 1 })).toBe(true);
  expect(areAlike(a, { ...a, credentialAt: 1 })).toBe(false);
  expect(areAlike(a, { ...a, baseUrl: 'https://other.example.test' })).toBe(false);
});

it('the refusal of an upstream that an account has left signs it out at no other', () => {
  const clock = new HandClock();
  const pool = new Pool(clock, new Sessions(clock, 1_000, 10));
  pool.refill([a]);
  pool.refill([{ ...a, baseUrl: 'https://other.example.test', updatedAt: 1 }]);
  pool.report('acc_a', refused, a);
  expect(pool.look()).toMatchObject([{ standing: { is: 'ready' } }]);
});
