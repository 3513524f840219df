import { expect, it } from 'bun:test';
import { leaseOn } from '../../src/accounts/lease.ts';
import { seatFor } from '../../src/accounts/seat.ts';
import { anAccount } from '../help/an-account.ts';

function taken(purpose: 'messages' | 'counting', isProbe = false) {
  const seat = seatFor(anAccount('a'));
  let released = 0;
  const onRelease = (): void => {
    released += 1;
  };
  const lease = leaseOn(seat, { purpose, own: false }, { isProbe, now: 7, onRelease });
  return { seat, lease, released: () => released };
}

it('a place is taken until it is given back, once, and that is told', () => {
  const { seat, lease, released } = taken('messages');
  expect([seat.callsInFlight, seat.lastChosenAt, released()]).toEqual([1, 7, 0]);
  lease.release();
  lease.release();
  expect([seat.callsInFlight, released()]).toEqual([0, 1]);
});

it('counting tokens takes no room', () => {
  const { seat, lease } = taken('counting');
  expect(seat.callsInFlight).toBe(0);
  lease.release();
  expect(seat.callsInFlight).toBe(0);
});

it('the one call that asks is that until it is over', () => {
  const { seat, lease } = taken('messages', true);
  expect(seat.isProbed).toBe(true);
  lease.release();
  expect(seat.isProbed).toBe(false);
});
