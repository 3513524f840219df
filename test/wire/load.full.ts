// What takes long: large bodies, many connections, storms of clients that leave. What was used is given back.
import { heapStats } from 'bun:jsc';
import { afterEach, describe, expect, it } from 'bun:test';
import { readdirSync, existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sending } from '../../src/wire/sender.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { Random } from '../help/a-random.ts';
import { HandSource } from '../help/a-source.ts';
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
describe('10,000 that leave', () => {
  it('leave nothing: clients, while their call is worked on', async () => {
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
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    closing.push(() => listener.close());
    await storm(async () => {
      const socket = await connected(listener.port);
      const before = running;
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc');
      await until(() => running > before || socket.destroyed);
      if (Math.random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
    });
    await until(() => running === 0);
  }, 300_000);

  it('leave nothing: callers, before the answer and in the middle of it', async () => {
    const clock = new HandClock();
    const sources: HandSource[] = [];
    const listener = await listen(
      ({ target }) => {
        if (target === '/never') return new Promise(() => {});
        const body = new HandSource();
        sources.push(body);
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
    await storm(async (at) => {
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
    await until(() => sources.every(({ asked }) => asked.includes('cancel')));
    expect(sources.length).toBe(5_000);
  }, 300_000);
});

/** Ten thousand times `one`, a hundred at once: the second half uses no more than the first. */
async function storm(one: (at: number) => Promise<void>): Promise<void> {
  const half = async (from: number): Promise<ReturnType<typeof held>> => {
    for (let at = from; at < from + 5_000; at += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => one(at + index)));
    await quiet();
    return held();
  };
  const first = await half(0);
  const second = await half(5_000);
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

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  return socket;
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await settled();
}
