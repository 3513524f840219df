import { afterEach, describe, expect, it } from 'bun:test';
import type { Delivery, Sending } from '../../src/wire/sender.ts';
import { Upstreams } from '../../src/wire/upstreams.ts';
import { Exchange } from '../../src/wire/exchange.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { rawServer } from '../help/raw.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** A server that answers each request at once, and what is sent to it. */
async function setting(answer = ok) {
  let requests = 0;
  const server = await rawServer((socket) => {
    requests += 1;
    if (answer !== '') socket.write(answer);
  });
  const clock = new HandClock();
  const upstreams = new Upstreams({ clock });
  closing.push(server.close, () => upstreams.close());
  const origin = new URL(`http://127.0.0.1:${server.port}`);
  const send = (more: Partial<Sending> = {}): Promise<Delivery> =>
    new Promise((resolve) => {
      const sending: Sending = {
        origin,
        method: 'GET',
        target: '/',
        headers: ['Host', 'up'],
        body: undefined,
        signal: new AbortController().signal,
        connectMs: 5_000,
        headMs: 5_000,
        ...more,
      };
      new Exchange(sending, clock, resolve).begin(upstreams.at(origin, sending.via));
    });
  return { clock, server, upstreams, send, requests: () => requests };
}

/** Lets the sockets do what they have to. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await settled();
}

describe('the connections to an upstream', () => {
  it('are used again, one request at a time', async () => {
    const { send, server } = await setting();
    for (let round = 0; round < 3; round += 1) expect((await send()).is).toBe('answered');
    expect(server.connections.size).toBe(1);
    await Promise.all([send(), send(), send()]);
    expect(server.connections.size).toBe(3);
    await Promise.all([send(), send(), send()]);
    expect(server.connections.size).toBe(3);
  });

  it('are not shared by different ways to the same origin', async () => {
    const { send, server } = await setting();
    await send();
    await send({ via: {} });
    expect(server.connections.size).toBe(2);
  });

  it('are closed once they were idle for long', async () => {
    const { send, server, clock } = await setting();
    await Promise.all([send(), send()]);
    await clock.turn(200_000);
    await send();
    await clock.turn(80_000);
    while (server.connections.size > 1) await settled();
    await clock.turn(240_000);
    while (server.connections.size > 0) await settled();
    await clock.turn(60_000);
    expect(clock.waiting).toBe(0);
  });

  it('are not used again once the upstream closed them', async () => {
    const { send, server } = await setting();
    await send();
    for (const socket of server.connections) socket.end();
    await quiet();
    expect((await send()).is).toBe('answered');
    expect(server.connections.size).toBe(1);
  });

  it('are not used again once the upstream said something that nobody asked for', async () => {
    const { send, server } = await setting();
    await send();
    for (const socket of server.connections)
      socket.write('HTTP/1.1 200 OK\r\nx-evil: yes\r\nContent-Length: 0\r\n\r\n');
    await quiet();
    const delivery = await send();
    expect(delivery).toMatchObject({ is: 'answered', answer: { headers: ['Content-Length', '0'] } });
    while (server.connections.size > 1) await settled();
  });

  it('are no more than 256 when they are idle', async () => {
    const { send, server } = await setting();
    await Promise.all(Array.from({ length: 300 }, () => send()));
    while (server.connections.size > 256) await settled();
    await quiet();
    expect(server.connections.size).toBe(256);
  });
});

describe('a sender that closes', () => {
  it('ends what is idle and what is under way', async () => {
    const { send, server, upstreams, requests, clock } = await setting('');
    const delivery = send();
    while (requests() === 0) await settled();
    upstreams.close();
    expect(await delivery).toMatchObject({ is: 'lost' });
    while (server.connections.size > 0) await settled();
    expect(clock.waiting).toBe(0);
  });

  it('ends also what is being dialled', async () => {
    const { send, server, upstreams, clock } = await setting('');
    const delivery = send();
    upstreams.close();
    expect((await delivery).is).toBe('lost');
    await quiet();
    while (server.connections.size > 0) await settled();
    expect(clock.waiting).toBe(0);
  });
});
