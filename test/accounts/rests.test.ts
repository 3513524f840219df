import { describe, expect, it } from 'bun:test';
import {
  endGuesses,
  familyRestsAt,
  isStale,
  rest,
  restsForFamily,
  standingAt,
} from '../../src/accounts/rests.ts';
import { seatFor } from '../../src/accounts/seat.ts';
import { staleAfterMs, type Moment } from '../../src/accounts/standing.ts';
import { anAccount } from '../help/an-account.ts';

/** The same on both clocks. */
const at = (ms: number): Moment => ({ now: ms, monotonic: ms });

const limited = (until: number, more: object = {}): Parameters<typeof rest>[1] => ({
  is: 'limited',
  until,
  reason: '429',
  ...more,
});

describe('standingAt', () => {
  const resting = (since: number, until: number): ReturnType<typeof seatFor> => ({
    ...seatFor(anAccount('a')),
    standing: { is: 'resting', since, until, reason: '429' },
  });

  it('ends a rest when its time has come', () => {
    const seat = resting(0, 100);
    expect(standingAt(seat, at(99)).is).toBe('resting');
    expect(standingAt(seat, at(100)).is).toBe('ready');
    expect(standingAt(seat, at(99)).is).toBe('ready');
  });

  it('makes a rest no longer, and no shorter than a machine slept, when the clock on the wall is set', () => {
    const seat = seatFor(anAccount('a'));
    const hour = 3_600_000;
    rest(seat, limited(10 * hour + 60_000), { now: 10 * hour, monotonic: 0 });
    // Back by three hours after ten seconds: fifty are left.
    const back = { now: 7 * hour + 10_000, monotonic: 10_000 };
    expect(standingAt(seat, back)).toMatchObject({ since: back.now, until: 7 * hour + 60_000 });
    expect(standingAt(seat, { now: 7 * hour + 59_999, monotonic: 59_999 }).is).toBe('resting');
    expect(standingAt(seat, { now: 7 * hour + 60_000, monotonic: 60_000 }).is).toBe('ready');
    rest(seat, limited(10 * hour + 60_000), { now: 10 * hour, monotonic: 0 });
    expect(standingAt(seat, { now: 12 * hour, monotonic: 1 }).is).toBe('ready');
  });

  it('does so for the rest of one family too', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(90_000, { family: 'opus' }), at(30_000));
    expect(familyRestsAt(seat, { now: 0, monotonic: 89_000 })).toMatchObject([{ since: 0, until: 1_000 }]);
    expect(familyRestsAt(seat, { now: 1_000, monotonic: 90_000 })).toEqual([]);
  });

  it('takes what the clocks differ by in a second for drift', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(60_000), at(0));
    const before = standingAt(seat, at(0));
    expect(standingAt(seat, { now: 10_000, monotonic: 11_000 })).toBe(before);
  });

  it('leaves every other standing alone', () => {
    const seat = seatFor(anAccount('a'));
    seat.standing = { is: 'signed-out', since: 5, reason: '401' };
    expect(standingAt(seat, at(10 ** 15))).toEqual({ is: 'signed-out', since: 5, reason: '401' });
  });
});

describe('a rest', () => {
  it('of one family leaves all others, and the account, ready', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(60_000, { family: 'opus' }), at(0));
    expect(standingAt(seat, at(0), 'opus')).toMatchObject({ is: 'resting', until: 60_000, reason: '429' });
    expect([standingAt(seat, at(0), 'haiku').is, standingAt(seat, at(0)).is]).toEqual(['ready', 'ready']);
    expect([restsForFamily(seat, at(0), 'opus'), restsForFamily(seat, at(0), 'haiku')]).toEqual([
      true,
      false,
    ]);
    expect(familyRestsAt(seat, at(59_999))).toHaveLength(1);
    expect([standingAt(seat, at(60_000), 'opus').is, familyRestsAt(seat, at(60_000)).length]).toEqual([
      'ready',
      0,
    ]);
  });

  it('of one family is nothing of its own while the whole account rests', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(60_000, { family: 'opus' }), at(0));
    rest(seat, limited(90_000), at(0));
    expect(standingAt(seat, at(0), 'opus')).toMatchObject({ until: 90_000 });
    expect(restsForFamily(seat, at(0), 'opus')).toBe(false);
    expect(familyRestsAt(seat, at(0))).toHaveLength(1);
  });

  it('that was guessed gives way to a moment that is named, sooner or later, and never the other way round', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), at(0));
    expect(seat.standing).toMatchObject({ until: 3_600_000, isGuess: true });
    rest(seat, limited(60_000), at(10));
    expect(seat.standing).toEqual({
      is: 'resting',
      since: 10,
      until: 60_000,
      reason: '429',
      untilMonotonic: 60_000,
    });
    rest(seat, limited(3_600_000, { isGuess: true }), at(20));
    expect(seat.standing).toMatchObject({ until: 60_000 });
  });

  it('is stale after a while where its end is a guess, and never where it was named', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), at(0));
    expect([isStale(seat.standing, staleAfterMs - 1), isStale(seat.standing, staleAfterMs)]).toEqual([
      false,
      true,
    ]);
    rest(seat, limited(3_600_000), at(0));
    expect(isStale(seat.standing, staleAfterMs)).toBe(false);
  });

  it('that was guessed is over as soon as a call was served, and no other is', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), at(0));
    rest(seat, limited(3_600_000, { isGuess: true, family: 'opus' }), at(0));
    rest(seat, limited(3_600_000, { family: 'haiku' }), at(0));
    endGuesses(seat, at(100), 'opus');
    expect(seat.standing.is).toBe('ready');
    expect(familyRestsAt(seat, at(100)).map(({ family }) => family)).toEqual(['haiku']);
  });
});
