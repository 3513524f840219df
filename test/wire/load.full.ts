// What takes long: large bodies, many connections, storms of clients that leave. What was used is given back.
import { heapStats } from 'bun:jsc';
import { afterEach, describe, expect, it } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect, type ByteSource } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sending } from '../../src/wire/sender.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { Random } from '../help/a-random.ts';
import { anEcho, throughEcho } from '../help/an-echo.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Lets everything go that nobody holds. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 50; round += 1) await settled();
  Bun.gc(true);
}

/** What a process has too much of when something leaks. */
function held(): { sockets: number; signals: number; megabytes: number } {
  const { objectTypeCounts, heapSize, extraMemorySize } = heapStats();
  const sockets = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
  return {
    sockets,
    signals: objectTypeCounts['AbortSignal'] ?? 0,
    megabytes: (heapSize + extraMemorySize) / 2 ** 20,
  };
}

describe.each([
  ['plain', false],
  ['over TLS', true],
])('64 MiB %s', (_kind, isSecure) => {
  it.each([
    ['with their length', false],
    ['in chunks', true],
  ])(
    'come back as they went, %s, four at once',
    async (_, isChunked) => {
      const echo = await anEcho(isSecure ? folder() : undefined);
      closing.push(echo.close);
      const before = held();
      const all = await Promise.all(
        [1, 2, 3, 4].map((seed) =>
          throughEcho(echo, { size: 64 * 2 ** 20, isChunked, random: new Random(seed) }),
        ),
      );
      for (const { sent, back } of all) expect(back).toBe(sent);
      await quiet();
      expect(held().megabytes - before.megabytes).toBeLessThan(32);
    },
    300_000,
  );
});

describe('many connections', () => {
  it('do no harm: 5,000 that are idle beside 500 that are not', async () => {
    const listener = await listen(
      async ({ target, body }) => {
        const bytes = body === undefined ? Buffer.alloc(0) : await collect(body);
        return { status: 200, headers: [], body: Buffer.from(`${target} ${bytes.length}`) };
      },
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    closing.push(() => listener.close());
    const before = held();
    const idle = await Promise.all(Array.from({ length: 5_000 }, () => connected(listener.port)));
    const sender = openSender({ clock: wallClock });
    const origin = new URL(listener.url);
    for (let round = 0; round < 10; round += 1) {
      const deliveries = await Promise.all(
        Array.from({ length: 500 }, (_, at) =>
          sender.send(sending(origin, { target: `/${at}`, body: Buffer.alloc(at * 100) })),
        ),
      );
      for (const [at, delivery] of deliveries.entries()) {
        if (delivery.is !== 'answered') throw new Error(delivery.is);
        const { body } = delivery.answer;
        if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
        expect(Buffer.from(await collect(body)).toString()).toBe(`/${at} ${at * 100}`);
      }
    }
    // The idle ones are alive.
    for (const socket of idle.filter((_, at) => at % 500 === 0)) {
      socket.write('GET /still HTTP/1.1\r\nHost: a\r\n\r\n');
      const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      expect(answer.toString()).toEndWith('/still 0');
    }
    for (const socket of idle) socket.destroy();
    sender.close();
    await until(() => held().sockets <= before.sockets + 2);
  }, 120_000);
});

/** In every way that a client or a caller can leave. */
describe('those that leave', () => {
  it.each([
    ['10,000 of them', false],
    ['2,000 of them over TLS', true],
  ])(
    'leave nothing: clients, while their call is worked on, %s',
    async (_, isSecure) => {
      const { pem, key } = aCertificate(folder(), 'local');
      const tls = isSecure ? { cert: pem, key: readFileSync(key, 'utf8') } : undefined;
      let running = 0;
      const listener = await listen(
        ({ signal }) => {
          running += 1;
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              running -= 1;
              reject(new Error('the client left'));
            });
          });
        },
        { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock, tls },
      );
      closing.push(() => listener.close());
      await storm(isSecure ? 2_000 : 10_000, async (at) => {
        const socket = await connected(listener.port, isSecure ? pem : undefined);
        const before = running;
        socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc');
        await until(() => running > before || socket.destroyed);
        if (at % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      });
      await until(() => running === 0);
    },
    300_000,
  );

  it('leave nothing: callers, 10,000 of them, before the answer and in the middle of it', async () => {
    const clock = new HandClock();
    let answers = 0;
    let cancelled = 0;
    const listener = await listen(
      ({ target }) => {
        if (target === '/never') return new Promise(() => {});
        answers += 1;
        const body: ByteSource = {
          start() {},
          pause() {},
          resume() {},
          cancel() {
            cancelled += 1;
          },
        };
        return Promise.resolve({ status: 200, headers: [], body });
      },
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    const sender = openSender({ clock });
    closing.push(
      () => listener.close(),
      () => sender.close(),
    );
    const origin = new URL(listener.url);
    await storm(10_000, async (at) => {
      const gone = new AbortController();
      const { signal } = gone;
      let listeners = 0;
      const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
      signal.addEventListener = (...args: Parameters<typeof add>): void => {
        listeners += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
        listeners -= 1;
        remove(...args);
      };
      const target = at % 2 === 0 ? '/never' : '/slow';
      const delivery = sender.send(sending(origin, { target, signal }));
      if (target === '/slow') {
        const found = await delivery;
        if (found.is !== 'answered') throw new Error(found.is);
      } else if (at % 4 === 0) await settled();
      gone.abort();
      const { is } = await delivery;
      expect(is).toBe(target === '/slow' ? 'answered' : 'cancelled');
      expect(listeners).toBe(0);
    });
    expect(clock.waiting).toBeLessThanOrEqual(1);
    await until(() => cancelled === answers);
    expect(answers).toBe(5_000);
  }, 300_000);
});

/** `count` times `one`, a hundred at once: the second half uses no more than the first. */
async function storm(count: number, one: (at: number) => Promise<void>): Promise<void> {
  const half = async (from: number): Promise<ReturnType<typeof held>> => {
    for (let at = from; at < from + count / 2; at += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => one(at + index)));
    await quiet();
    return held();
  };
  const first = await half(0);
  const second = await half(count / 2);
  console.log('held after each half:', first, second);
  expect(second.sockets - first.sockets).toBeLessThan(10);
  expect(second.signals - first.signals).toBeLessThan(50);
  expect(second.megabytes - first.megabytes).toBeLessThan(4);
}

function sending(origin: URL, more: Partial<Sending> = {}): Sending {
  return {
    origin,
    method: 'POST',
    target: '/',
    headers: ['Host', 'up'],
    body: undefined,
    signal: new AbortController().signal,
    connectMs: 30_000,
    headMs: 60_000,
    ...more,
  };
}

async function connected(port: number, ca?: string): Promise<Socket> {
  const socket =
    ca === undefined ? connect(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', ca: [ca] });
  socket.on('error', () => {});
  await new Promise((resolve) => {
    socket.once(ca === undefined ? 'connect' : 'secureConnect', resolve);
    socket.once('close', resolve);
  });
  return socket;
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await settled();
}
