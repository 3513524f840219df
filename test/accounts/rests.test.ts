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
import { staleAfterMs } from '../../src/accounts/standing.ts';
import { anAccount } from '../help/an-account.ts';

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

describe('a rest', () => {
  it('of one family leaves all others, and the account, ready', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(60_000, { family: 'opus' }), 0);
    expect(standingAt(seat, 0, 'opus')).toMatchObject({ is: 'resting', until: 60_000, reason: '429' });
    expect([standingAt(seat, 0, 'haiku').is, standingAt(seat, 0).is]).toEqual(['ready', 'ready']);
    expect([restsForFamily(seat, 0, 'opus'), restsForFamily(seat, 0, 'haiku')]).toEqual([true, false]);
    expect(familyRestsAt(seat, 59_999)).toHaveLength(1);
    expect([standingAt(seat, 60_000, 'opus').is, familyRestsAt(seat, 60_000).length]).toEqual(['ready', 0]);
  });

  it('of one family is nothing of its own while the whole account rests', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(60_000, { family: 'opus' }), 0);
    rest(seat, limited(90_000), 0);
    expect(standingAt(seat, 0, 'opus')).toMatchObject({ until: 90_000 });
    expect(restsForFamily(seat, 0, 'opus')).toBe(false);
    expect(familyRestsAt(seat, 0)).toHaveLength(1);
  });

  it('that was guessed gives way to a moment that is named, sooner or later, and never the other way round', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), 0);
    expect(seat.standing).toMatchObject({ until: 3_600_000, isGuess: true });
    rest(seat, limited(60_000), 10);
    expect(seat.standing).toEqual({ is: 'resting', since: 10, until: 60_000, reason: '429' });
    rest(seat, limited(3_600_000, { isGuess: true }), 20);
    expect(seat.standing).toMatchObject({ until: 60_000 });
  });

  it('is stale after a while where its end is a guess, and never where it was named', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), 0);
    expect([isStale(seat.standing, staleAfterMs - 1), isStale(seat.standing, staleAfterMs)]).toEqual([
      false,
      true,
    ]);
    rest(seat, limited(3_600_000), 0);
    expect(isStale(seat.standing, staleAfterMs)).toBe(false);
  });

  it('that was guessed is over as soon as a call was served, and no other is', () => {
    const seat = seatFor(anAccount('a'));
    rest(seat, limited(3_600_000, { isGuess: true }), 0);
    rest(seat, limited(3_600_000, { isGuess: true, family: 'opus' }), 0);
    rest(seat, limited(3_600_000, { family: 'haiku' }), 0);
    endGuesses(seat, 100);
    expect(seat.standing.is).toBe('ready');
    expect(familyRestsAt(seat, 100).map(({ family }) => family)).toEqual(['haiku']);
  });
});
