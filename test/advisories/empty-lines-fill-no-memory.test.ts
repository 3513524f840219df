// The attack (denial of service): empty lines in front of a request are to be left out (RFC 9112 §2.2). A connection
// that sends nothing else had all of them kept, and copied again with each piece that came: gigabytes within the
// time that a head is given.
import { heapStats } from 'bun:jsc';
import { afterEach, expect, it } from 'bun:test';
import { connect } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

/** Bytes behind the objects that are still in use. */
function heldBytes(): number {
  Bun.gc(true);
  return heapStats().extraMemorySize;
}

it('keeps nothing of the empty lines in front of a request', async () => {
  const listener = await listen(() => Promise.resolve({ status: 204, headers: [], body: undefined }), {
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    clock: wallClock,
  });
  open.push(listener);
  const socket = connect(listener.port, '127.0.0.1');
  const block = Buffer.from('\r\n'.repeat(2 ** 19));
  const before = heldBytes();
  for (let sent = 0; sent < 50; sent += 1) await new Promise((resolve) => socket.write(block, resolve));
  const kept = heldBytes() - before;
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect(answer.toString()).toStartWith('HTTP/1.1 204 ');
  expect(kept / 2 ** 20).toBeLessThan(16);
  socket.destroy();
});
