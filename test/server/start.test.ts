import { afterEach, expect, test } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

// Answers reach clients before they are written down: a second signal that came in between lost the line of a call.
test('a proxy that is to end at once writes down the calls that are over', async () => {
  const proxy = await rooms.add(aProxy({ isBusy: true }));
  await fetch(`${proxy.url}/v1/models`);
  const written = () => proxy.lines.filter(({ event }) => event === 'call').length;
  expect(written()).toBe(0);
  proxy.server.cut();
  expect([written(), proxy.records.length]).toEqual([1, 1]);
});
