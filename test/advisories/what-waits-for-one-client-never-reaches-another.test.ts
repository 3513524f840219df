// The attack (disclosure): heads and small chunks of all connections are put together in one shared piece of
// memory. Where a client does not take its bytes at once, what waits for it must be a copy: else it is a window
// into that memory, and a client that reads slowly is sent pieces of other clients' answers in the place of its
// own. An upstream that reads slowly would be sent other clients' requests, keys included.
import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { rawSend, rawServer } from '../help/raw.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A listener that gives `/slow` the source at hand, and everybody else a stream of their own letter. */
async function aListener(slow: HandSource, tls?: { cert: string; key: string }): Promise<Listener> {
  const listener = await listen(
    ({ target }) => {
      const body =
        target === '/slow' ? slow : sourceOf(...Array.from({ length: 40 }, () => 'b'.repeat(1_500)));
      return Promise.resolve({ status: 200, headers: ['x-for', target], body });
    },
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock, tls },
  );
  closing.push(() => listener.close());
  return listener;
}

/** Fills the connection of a client that does not read, lets others be served, and then reads it all. */
async function whatTheSlowOneGets(
  client: Socket,
  slow: HandSource,
  others: () => Promise<unknown>,
): Promise<string> {
  closing.push(() => client.destroy());
  client.pause();
  client.write('GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  while (!slow.isStarted) await settled();
  while (!slow.asked.includes('pause')) {
    slow.chunk('a'.repeat(1_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  // What is told to pause may still say one thing more.
  slow.chunk('a'.repeat(1_000));
  await others();
  slow.end();
  let seen = '';
  client.on('data', (bytes) => {
    seen += bytes.toString('latin1');
  });
  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
  return seen.slice(seen.indexOf('\r\n\r\n') + 4);
}

const onlyItsOwn = /^(?:3e8\r\na{1000}\r\n)+0\r\n\r\n$/;

describe('what waits for a slow client is its own', () => {
  it('on a plain connection', async () => {
    const slow = new HandSource();
    const { port } = await aListener(slow);
    const others = (): Promise<unknown> =>
      rawSend(port, 'GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const body = await whatTheSlowOneGets(connect(port, '127.0.0.1'), slow, others);
    expect(onlyItsOwn.test(body)).toBe(true);
  });

  it('on a TLS connection', async () => {
    const slow = new HandSource();
    const { pem, key } = aCertificate(folder(), 'local');
    const { port } = await aListener(slow, { cert: pem, key: readFileSync(key, 'utf8') });
    const dial = (): Socket => connectTls({ port, host: '127.0.0.1', ca: [pem] });
    const others = async (): Promise<void> => {
      const other = dial();
      other.write('GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      other.resume();
      await new Promise((resolve) => other.once('close', resolve));
    };
    const body = await whatTheSlowOneGets(dial(), slow, others);
    expect(onlyItsOwn.test(body)).toBe(true);
  });
});

describe('what waits for a slow upstream is of one request', () => {
  it('in chunks', async () => {
    const sockets: Socket[] = [];
    let seen = '';
    const upstream = await rawServer((socket, text) => {
      if (!sockets.includes(socket)) sockets.push(socket.pause());
      if (socket === sockets[0]) seen = text;
    });
    const sender = openSender({ clock: wallClock });
    closing.push(() => sender.close(), upstream.close);
    const upload = (body: HandSource): void => {
      void sender.send({
        origin: new URL(`http://127.0.0.1:${upstream.port}`),
        method: 'POST',
        target: '/',
        headers: ['host', 'up'],
        body,
        signal: new AbortController().signal,
        connectMs: 30_000,
        headMs: 60_000,
      });
    };
    const [slow, other] = [new HandSource(), new HandSource()];
    upload(slow);
    while (!slow.isStarted) await settled();
    while (!slow.asked.includes('pause')) {
      slow.chunk('a'.repeat(1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    upload(other);
    while (!other.isStarted) await settled();
    other.chunk('b'.repeat(50_000));
    slow.end();
    sockets[0]!.resume();
    while (!seen.endsWith('0\r\n\r\n')) await settled();
    expect(onlyItsOwn.test(seen.slice(seen.indexOf('\r\n\r\n') + 4))).toBe(true);
  });
});
