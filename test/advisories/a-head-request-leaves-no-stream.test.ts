import { afterEach, expect, test } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

// A HEAD request for the stream of events opened one whose body nobody read and nothing ended: each left a listener,
// timers and a queue that grew with every change, for as long as the proxy ran.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a HEAD request for the stream of events opens none', async () => {
  const clock = new HandClock();
  const proxy = await rooms.add(aProxy({ clock }));
  await fetch(`${proxy.url}/accounts`);
  const before = clock.waiting;
  for (let number = 0; number < 20; number += 1) {
    const answer = await fetch(`${proxy.url}/api/events`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  }
  expect(clock.waiting).toBe(before);
});
