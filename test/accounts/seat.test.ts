import { describe, expect, it } from 'bun:test';
import type { Ask } from '../../src/accounts/choice.ts';
import { belongs, firstStanding, hasRoom, isAllowed, seatFor } from '../../src/accounts/seat.ts';
import { anAccount } from '../help/an-account.ts';

const call: Ask = { purpose: 'messages', own: false };

describe('a seat', () => {
  it('begins ready, or switched off where its account is', () => {
    expect(seatFor(anAccount('a')).standing).toEqual({ is: 'ready' });
    expect(firstStanding(anAccount('a', { enabled: false, updatedAt: 7 }))).toEqual({
      is: 'switched-off',
      since: 7,
    });
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
  const seat = seatFor(anAccount('Work'));

  it('takes ids, and names in any case', () => {
    for (const allowed of [undefined, ['acc_Work'], ['work'], ['WORK'], ['other', ' work ']])
      expect(isAllowed(seat, allowed)).toBe(true);
  });

  it('takes nothing else: no part of a name, no pattern, no id in another case', () => {
    for (const allowed of [[], ['wor'], ['works'], ['*'], ['w*'], ['ACC_WORK'], ['']])
      expect(isAllowed(seat, allowed)).toBe(false);
  });
});
