import { afterEach, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { userAgent } from '../../src/base/product.ts';
import { askOver, Unanswered } from '../../src/oauth/ask.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock } from '../help/a-clock.ts';
import { anUpstream, json } from '../help/an-upstream.ts';
import { Rooms } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function asking() {
  const clock = new HandClock();
  const sender = openSender({ clock });
  await rooms.add(
    Promise.resolve({
      close: () => {
        sender.close();
        return Promise.resolve();
      },
    }),
  );
  return { clock, sender, ask: askOver(sender, clock) };
}

/** A server that does as it likes with its connections. */
async function aSocketServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  await rooms.add(
    Promise.resolve({
      close: () => {
        for (const socket of sockets) socket.destroy();
        return new Promise<void>((resolve) => {
          server.close(() => {
            resolve();
          });
        });
      },
    }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
}

async function unanswered(asked: Promise<Response>): Promise<[reason: string, wasSent: boolean]> {
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  if (!(error instanceof Unanswered)) throw new Error(`expected no answer, got ${String(error)}`);
  return [error.message, error.wasSent];
}

const get = { method: 'GET', headers: {} };

describe('a request', () => {
  test('goes out as ourselves, with its form, on a connection of its own', async () => {
    const upstream = await rooms.add(anUpstream(() => json(200, { ok: true })));
    const { ask } = await asking();
    const headers = { 'User-Agent': 'somebody else', accept: 'application/json' };
    const body = new URLSearchParams({ a: 'b c' });
    const response = await ask(`${upstream.url}/token?x=1`, { method: 'POST', headers, body });
    expect(await response.json()).toEqual({ ok: true });
    const [call] = upstream.calls;
    expect([call?.method, call?.target, call?.body.toString()]).toEqual(['POST', '/token?x=1', 'a=b+c']);
    expect(call?.headers.filter((_, at) => /user-agent/i.test(call.headers[at - (at % 2)] ?? ''))).toEqual([
      'user-agent',
      userAgent,
    ]);
    expect(call?.headers.join(' ')).toContain('connection close');
  });

  test('follows no redirect', async () => {
    const upstream = await rooms.add(
      anUpstream(() => ({ status: 307, headers: ['location', '/elsewhere'], body: undefined })),
    );
    const { ask } = await asking();
    expect((await ask(upstream.url, get)).status).toBe(307);
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('there is no answer', () => {
  test('where nobody listens, and nothing was sent', async () => {
    const { ask } = await asking();
    const upstream = await anUpstream(() => json(200, {}));
    await upstream.close();
    const [reason, wasSent] = await unanswered(ask(upstream.url, get));
    expect(reason).toStartWith('cannot be reached: ');
    expect(wasSent).toBe(false);
  });

  test('when the connection breaks, and the request may have arrived', async () => {
    const { ask } = await asking();
    const url = await aSocketServer((socket) => {
      socket.on('data', () => socket.resetAndDestroy());
    });
    const [reason, wasSent] = await unanswered(ask(url, get));
    expect(reason).toStartWith('broke off: ');
    expect(wasSent).toBe(true);
  });

  test('within thirty seconds, by the clock that was handed in', async () => {
    const { ask, clock } = await asking();
    const came = Promise.withResolvers<void>();
    const url = await aSocketServer((socket) => {
      socket.on('data', () => {
        came.resolve();
      });
    });
    const asked = unanswered(ask(url, get));
    await came.promise;
    await clock.turn(30_000);
    expect(await asked).toEqual(['gave no answer within 30 seconds', true]);
    expect(clock.waiting).toBe(0);
  });

  test('that ends, when the body trickles on for ever', async () => {
    const { ask, clock } = await asking();
    const came = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const url = await aSocketServer((socket) => {
      socket.on('close', () => {
        left.resolve();
      });
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', () => {
          came.resolve();
        });
      });
    });
    const asked = unanswered(ask(url, get));
    await came.promise;
    await clock.turn(30_000);
    expect(await asked).toEqual(['gave no answer within 30 seconds', true]);
    await left.promise;
  });

  test('when it is far too long', async () => {
    const upstream = await rooms.add(
      anUpstream(() => ({ status: 200, headers: [], body: Buffer.alloc(1024 * 1024 + 1) })),
    );
    const { ask } = await asking();
    expect(await unanswered(ask(upstream.url, get))).toEqual(['answered with far more than an answer', true]);
  });

  test('when whoever asked gives up', async () => {
    const { sender, clock } = await asking();
    const gone = new AbortController();
    const url = await aSocketServer((socket) => {
      socket.on('data', () => {
        gone.abort();
      });
    });
    const ask = askOver(sender, clock, gone.signal);
    expect(await unanswered(ask(url, get))).toEqual(['was not waited for', true]);
    expect(await unanswered(ask(url, get))).toEqual(['was not asked', false]);
    expect(clock.waiting).toBe(0);
  });
});
