// What a call holds while its answer flows: nothing of its body, and little besides.
import { heapStats } from 'bun:jsc';
import { afterEach, expect, it } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ByteSink } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import { settled } from '../help/a-clock.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { sse } from '../help/an-upstream.ts';

const rooms = new Rooms();
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await rooms.close();
});

const firstEvent = sse({ type: 'message_start', message: { id: 'msg_01', usage: { input_tokens: 3 } } });
const streamHead = ['content-type', 'text/event-stream', 'request-id', 'req_01', 'x-up', 'a'.repeat(400)];

/** An upstream that reads bodies without keeping them, and begins streams that do not end. */
async function upstream() {
  const listener = await listen(
    ({ body }) =>
      new Promise((resolve) => {
        const flowing: ByteSink[] = [];
        const source = {
          start: (sink: ByteSink) => {
            flowing.push(sink);
            sink.chunk(Buffer.from(firstEvent));
          },
          pause() {},
          resume() {},
          cancel() {},
        };
        body?.start({
          chunk() {},
          end: () => resolve({ status: 200, headers: streamHead, body: source }),
          fail() {},
        });
      }),
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
  );
  return rooms.add(
    Promise.resolve({ url: listener.url, port: listener.port, close: () => listener.close() }),
  );
}

/** A stream that has begun, asked for with `body`, which stays the caller's. */
async function aStream(port: number, body: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const begun = new Promise((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes('message_start')) resolve(undefined);
    });
  });
  const headers = ['Host: localhost', 'x-claude-code-session-id: s', 'content-type: application/json'];
  socket.write(
    `POST /v1/messages HTTP/1.1\r\n${headers.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await begun;
}

function bodyOf(size: number): Buffer {
  const text = `{"model":"claude-opus-5-5","max_tokens":1,"stream":true,"messages":[{"role":"user","content":"`;
  return Buffer.from(`${text}${'x'.repeat(size)}"}]}`);
}

/** Bytes of all that is in use. */
async function held(): Promise<number> {
  for (let round = 0; round < 20; round += 1) await settled();
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}

/** How much `count` streams hold, each (bytes). */
async function heldByEach(count: number, port: number, body: Buffer): Promise<number> {
  await Promise.all([1, 2, 3].map(() => aStream(port, body)));
  const before = await held();
  for (let at = 0; at < count; at += 20)
    await Promise.all(Array.from({ length: 20 }, () => aStream(port, body)));
  const each = ((await held()) - before) / count;
  for (const socket of sockets.splice(0)) socket.destroy();
  return each;
}

async function aProxyTo(url: string) {
  const account = { name: 'ann', kind: 'api-key' as const, baseUrl: url, secret: 'sk-ant-api03-ann' };
  return rooms.add(aProxy({ accounts: [account] }));
}

// Each has a body of a mebibyte; what the collector has not come to yet is little beside that.
it('the body of a call is let go of when its answer has begun', async () => {
  const up = await upstream();
  const proxy = await aProxyTo(up.url);
  expect(await heldByEach(60, proxy.port, bodyOf(2 ** 20))).toBeLessThan(2 ** 20 / 4);
}, 60_000);

it('a stream takes less than 20 KB, on both its connections', async () => {
  const up = await upstream();
  const proxy = await aProxyTo(up.url);
  const body = bodyOf(1_000);
  const direct = await heldByEach(400, up.port, body);
  const through = await heldByEach(400, proxy.port, body);
  expect((through - direct) / 1024).toBeLessThan(20);
}, 60_000);
