import { expect, it } from 'bun:test';
import { seatFor } from '../../src/accounts/seat.ts';
import { isInGap, slowStartMs, takesOneMore } from '../../src/accounts/slow-start.ts';
import { anAccount } from '../help/an-account.ts';

const now = 1_000_000;
const monotonic = 50_000;
const at = { now, monotonic };
const waiting = { purpose: 'messages', own: false, gapMs: 250 } as const;
const coming = { purpose: 'messages', own: false } as const;
const back = (agoMs: number, chosenAgoMs?: number) => {
  const seat = seatFor(anAccount('a', { maxConcurrent: 2 }));
  const lastChosenAt = chosenAgoMs === undefined ? undefined : now - chosenAgoMs;
  return Object.assign(seat, { backSince: monotonic - agoMs, lastChosenAt });
};

it('an account that is back takes those that wait one after the other', () => {
  expect(isInGap(back(1_000), waiting, at)).toBe(false);
  expect(isInGap(back(1_000, 249), waiting, at)).toBe(true);
  expect(isInGap(back(1_000, 250), waiting, at)).toBe(false);
});

it('nobody who does not wait meets a gap, and nobody on an account that has been back for a while', () => {
  expect(isInGap(back(1_000, 10), coming, at)).toBe(false);
  expect(isInGap(back(slowStartMs, 10), waiting, at)).toBe(false);
  expect(isInGap(Object.assign(back(0, 10), { backSince: undefined }), waiting, at)).toBe(false);
});

it('a clock that was set back makes no gap of hours', () => {
  expect(isInGap(back(1_000, -3_600_000), waiting, at)).toBe(false);
});

it('one more call needs room and no gap', () => {
  expect(takesOneMore(back(1_000, 500), waiting, at)).toBe(true);
  expect(takesOneMore(back(1_000, 10), waiting, at)).toBe(false);
  expect(takesOneMore(Object.assign(back(1_000, 500), { callsInFlight: 2 }), waiting, at)).toBe(false);
});
