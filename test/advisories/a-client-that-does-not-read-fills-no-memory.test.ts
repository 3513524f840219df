// The attack (denial of service): one connection that sends thousands of calls ahead and never reads. If each call
// is served while the answers before it still wait to be taken, all answers pile up in memory, and a few kilobytes
// of requests cost gigabytes.
import { afterEach, expect, it } from 'bun:test';
import { connect } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { settled } from '../help/a-clock.ts';
import { sourceOf } from '../help/a-source.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

const megabyte = Buffer.alloc(2 ** 20, 'a');

it.each([
  ['at hand', () => megabyte],
  ['that stream through', () => sourceOf(megabyte)],
])('serves no further call while answers %s wait for the client', async (_, body) => {
  let served = 0;
  const listener = await listen(
    () => {
      served += 1;
      return Promise.resolve({ status: 200, headers: [], body: body() });
    },
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
  );
  open.push(listener);
  const socket = connect(listener.port, '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500));
  });
  socket.pause();
  const counts = [-1, 0];
  while (counts.at(-1) !== counts.at(-2)) {
    for (let round = 0; round < 20; round += 1) await settled();
    counts.push(served === 0 ? counts.length : served);
  }
  // What the system's own buffers take of it, and one answer more.
  expect(served).toBeLessThan(30);
  let seen = 0;
  socket.on('data', (bytes) => {
    seen += bytes.length;
  });
  socket.resume();
  while (seen < 500 * megabyte.length) await settled();
  expect(served).toBe(500);
  socket.destroy();
});
