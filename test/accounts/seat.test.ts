import { describe, expect, it } from 'bun:test';
import type { Ask } from '../../src/accounts/choice.ts';
import { belongs, firstStanding, hasRoom, isAllowed, seatFor, standingAt } from '../../src/accounts/seat.ts';
import { anAccount } from '../help/an-account.ts';

const call: Ask = { purpose: 'messages', own: false };

describe('a seat', () => {
  it('begins ready, or switched off where its account is', () => {
    expect(seatFor(anAccount('a')).standing).toEqual({ is: 'ready' });
    expect(firstStanding(anAccount('a', { enabled: false }))).toEqual({ is: 'switched-off' });
  });

  it('is for callers with a credential of their own where it passes that on, and for all others where not', () => {
    const shared = seatFor(anAccount('a'));
    const passing = seatFor(anAccount('p', { kind: 'passthrough' }));
    expect([belongs(shared, call), belongs(passing, call)]).toEqual([true, false]);
    const own = { ...call, own: true };
    expect([belongs(shared, own), belongs(passing, own)]).toEqual([false, true]);
  });

  it('has room until its most calls at once, and always for counting', () => {
    const seat = seatFor(anAccount('a', { maxConcurrent: 2 }));
    expect(hasRoom(seat, call)).toBe(true);
    seat.callsInFlight = 2;
    expect(hasRoom(seat, call)).toBe(false);
    expect(hasRoom(seat, { ...call, purpose: 'counting' })).toBe(true);
    expect(hasRoom(seatFor(anAccount('b')), call)).toBe(true);
  });
});

describe('isAllowed', () => {
  const account = anAccount('Work');

  it('takes ids, and names in any case', () => {
    for (const allowed of [undefined, ['acc_Work'], ['work'], ['WORK'], ['other', ' work ']])
      expect(isAllowed(account, allowed)).toBe(true);
  });

  it('takes nothing else: no part of a name, no pattern, no id in another case', () => {
    for (const allowed of [[], ['wor'], ['works'], ['*'], ['w*'], ['ACC_WORK'], ['']])
      expect(isAllowed(account, allowed)).toBe(false);
  });
});

describe('standingAt', () => {
  const resting = (since: number, until: number): ReturnType<typeof seatFor> => ({
    ...seatFor(anAccount('a')),
    standing: { is: 'resting', since, until, reason: '429' },
  });

  it('ends a rest when its time has come', () => {
    const seat = resting(0, 100);
    expect(standingAt(seat, 99).is).toBe('resting');
    expect(standingAt(seat, 100).is).toBe('ready');
    expect(standingAt(seat, 99).is).toBe('ready');
  });

  it('begins a rest anew when the clock was set back, so that it gets no longer than it was', () => {
    const year = 365 * 86_400_000;
    const seat = resting(year, year + 60_000);
    expect(standingAt(seat, 0)).toEqual({ is: 'resting', since: 0, until: 60_000, reason: '429' });
    expect(standingAt(seat, 60_000).is).toBe('ready');
  });

  it('leaves every other standing alone', () => {
    const seat = seatFor(anAccount('a'));
    seat.standing = { is: 'signed-out', since: 5, reason: '401' };
    expect(standingAt(seat, 10 ** 15)).toEqual({ is: 'signed-out', since: 5, reason: '401' });
  });
});
