import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { collect, type ByteSource } from '../../src/http/bytes.ts';
import { openSender as openOwnSender } from '../../src/wire/send.ts';
import { openSender as openNodeSender } from '../../src/wire/node/send.ts';
import type { Delivery, Sender, SenderOptions, Sending } from '../../src/wire/sender.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { HandSource } from '../help/a-source.ts';
import { rawServer } from '../help/raw.ts';

/** Both wires keep the same promises; the runtime's own is the reference. */
const wires: [string, (options: SenderOptions) => Sender][] = [
  ['the own wire', openOwnSender],
  ['node:http', openNodeSender],
];

let sender: Sender;
const servers: { close(): Promise<void> }[] = [];

afterEach(async () => {
  sender.close();
  for (const server of servers.splice(0)) await server.close();
});

async function upstream(
  onData: Parameters<typeof rawServer>[0],
): Promise<Awaited<ReturnType<typeof rawServer>>> {
  const server = await rawServer(onData);
  servers.push(server);
  return server;
}

function sending(port: number, more: Partial<Sending> = {}): Sending {
  return {
    origin: new URL(`http://127.0.0.1:${port}`),
    method: 'GET',
    target: '/v1/x?beta=true&&b=%2F',
    headers: ['hOst', 'up', 'X-Dup', '1', 'x-dup', '2'],
    body: undefined,
    signal: new AbortController().signal,
    connectMs: 30_000,
    headMs: 30_000,
    ...more,
  };
}

function answered(delivery: Delivery): { status: number; headers: readonly string[]; body: ByteSource } {
  if (delivery.is !== 'answered') throw new Error(`expected an answer, got ${delivery.is}`);
  const { status, headers, body } = delivery.answer;
  if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
  return { status, headers, body };
}

const ok = 'HTTP/1.1 200 OK\r\nX-Odd-CASE: a\r\nset-Cookie: b\r\nContent-Length: 2\r\n\r\nhi';

describe.each(wires)('send on %s', (_wire, openSender) => {
  beforeEach(() => {
    sender = openSender({ clock: wallClock });
  });

  it('sends method, target and headers exactly as given, and nothing but framing besides', async () => {
    let seen = '';
    const { port } = await upstream((socket, text) => {
      seen = text;
      socket.write(ok);
    });
    await collect(answered(await sender.send(sending(port))).body);
    const lines = seen.split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      'GET /v1/x?beta=true&&b=%2F HTTP/1.1',
      'hOst: up',
      'X-Dup: 1',
      'x-dup: 2',
    ]);
    expect(lines.slice(4).filter((line) => line !== '' && !/^connection: /i.test(line))).toEqual([]);
  });

  it('gives the answer with its headers in their own case and order', async () => {
    const { port } = await upstream((socket) => socket.write(ok));
    const { status, headers, body } = answered(await sender.send(sending(port)));
    expect(status).toBe(200);
    expect(headers).toEqual(['X-Odd-CASE', 'a', 'set-Cookie', 'b', 'Content-Length', '2']);
    expect(Buffer.from(await collect(body)).toString()).toBe('hi');
  });

  it('sends held bytes with the length the headers say', async () => {
    let seen = '';
    const { port } = await upstream((socket, text) => {
      seen = text;
      if (text.endsWith('{"a":1}')) socket.write(ok);
    });
    const body = Buffer.from('{"a":1}');
    const headers = ['host', 'up', 'Content-Length', '7'];
    await collect(answered(await sender.send(sending(port, { method: 'POST', headers, body }))).body);
    expect(seen.toLowerCase()).not.toContain('transfer-encoding');
    expect(seen).toEndWith('\r\n\r\n{"a":1}');
  });

  it('takes an answer without a valid status for none', async () => {
    for (const status of ['000', '099']) {
      const { port } = await upstream((socket) => socket.write(ok.replace('200', status)));
      expect(await sender.send(sending(port))).toMatchObject({ is: 'lost' });
    }
  });

  it('fails the body when the upstream breaks off in the middle', async () => {
    const { port } = await upstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', () => socket.destroy());
    });
    const { body } = answered(await sender.send(sending(port)));
    await expect(collect(body)).rejects.toThrow();
  });

  it('fails the body when a chunked answer ends without its last chunk', async () => {
    const { port } = await upstream((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    });
    const { body } = answered(await sender.send(sending(port)));
    await expect(collect(body)).rejects.toThrow();
  });

  it('says unreachable when nobody listens', async () => {
    const server = await rawServer(() => {});
    await server.close();
    const delivery = await sender.send(sending(server.port));
    expect(delivery.is).toBe('unreachable');
  });

  it('says lost when the connection ends before the head of the answer', async () => {
    const { port } = await upstream((socket) => socket.destroy());
    const delivery = await sender.send(sending(port));
    expect(delivery).toMatchObject({ is: 'lost', reused: false });
  });

  it('says lost on a reused connection that the upstream had just closed', async () => {
    let calls = 0;
    const { port } = await upstream((socket) => {
      calls += 1;
      if (calls === 1) socket.write(ok);
      else socket.destroy();
    });
    await collect(answered(await sender.send(sending(port))).body);
    await settled();
    expect(await sender.send(sending(port))).toMatchObject({ is: 'lost', reused: true });
  });

  it('gives up when the head does not come in time', async () => {
    const clock = new HandClock();
    const own = openSender({ clock });
    const arrived = Promise.withResolvers<void>();
    const { port, connections } = await upstream(() => {
      arrived.resolve();
    });
    const delivery = own.send(sending(port, { headMs: 120_000 }));
    await arrived.promise;
    await clock.turn(119_999);
    expect(connections.size).toBe(1);
    await clock.turn(1);
    expect(await delivery).toEqual({ is: 'late' });
    own.close();
  });

  it('gives up an upload that the upstream does not take', async () => {
    const clock = new HandClock();
    const own = openSender({ clock });
    const arrived = Promise.withResolvers<void>();
    const { port } = await upstream((socket) => {
      socket.pause();
      arrived.resolve();
    });
    const body = new HandSource();
    const delivery = own.send(sending(port, { method: 'POST', body, headMs: 120_000 }));
    body.chunk('first');
    await arrived.promise;
    // The client takes its time: nothing is late yet.
    await clock.turn(120_000);
    body.chunk(new Uint8Array(64 * 2 ** 20));
    expect(body.asked).toEqual(['start', 'pause']);
    await clock.turn(120_000);
    expect(await delivery).toEqual({ is: 'late' });
    own.close();
  });

  it('says cancelled when the body breaks off: that is nothing of the upstream', async () => {
    const arrived = Promise.withResolvers<void>();
    const { port } = await upstream(() => {
      arrived.resolve();
    });
    const body = new HandSource();
    const delivery = sender.send(sending(port, { method: 'POST', body }));
    body.chunk('first');
    await arrived.promise;
    body.fail(new Error('the client left'));
    expect(await delivery).toEqual({ is: 'cancelled' });
  });

  it('closes the upstream connection when the caller is gone before the head', async () => {
    const gone = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { port } = await upstream((socket) => {
      socket.on('close', () => {
        closed.resolve();
      });
      gone.abort();
    });
    expect(await sender.send(sending(port, { signal: gone.signal }))).toEqual({ is: 'cancelled' });
    await closed.promise;
  });

  it('closes the upstream connection when the body is cancelled', async () => {
    const closed = Promise.withResolvers<void>();
    const { port } = await upstream((socket) => {
      socket.on('close', () => {
        closed.resolve();
      });
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    });
    const { body } = answered(await sender.send(sending(port)));
    body.start({ chunk: () => body.cancel(), end: () => {}, fail: () => {} });
    await closed.promise;
  });

  it('does not read on while the body is paused', async () => {
    const block = Buffer.alloc(1 << 20);
    let written = 0;
    const { port } = await upstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n');
      const more = (): void => {
        while (written < 256) {
          written += 1;
          if (!socket.write(block)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    const { body } = answered(await sender.send(sending(port)));
    body.start({ chunk: () => body.pause(), end: () => {}, fail: () => {} });
    for (let round = 0; round < 200; round += 1) await settled();
    expect(written).toBeLessThan(64);
    body.cancel();
  });

  it('passes an answer that comes while the upload still flows, and stops the upload', async () => {
    const stopped = Promise.withResolvers<void>();
    const { port } = await upstream((socket) => {
      socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    });
    let going = true;
    const upload: ByteSource = {
      start(sink) {
        const push = (): void => {
          if (!going) return;
          sink.chunk(new Uint8Array(65_536));
          setImmediate(push);
        };
        push();
      },
      pause: () => {},
      resume: () => {},
      cancel() {
        going = false;
        stopped.resolve();
      },
    };
    const headers = ['host', 'up', 'content-length', '900000000'];
    const { status, body } = answered(
      await sender.send(sending(port, { method: 'POST', headers, body: upload })),
    );
    expect(status).toBe(413);
    expect(Buffer.from(await collect(body)).toString()).toBe('no');
    await stopped.promise;
  });

  it('carries more answers at once than the runtime allows fetches', async () => {
    let held = 0;
    const all = Promise.withResolvers<void>();
    const sockets: { write(text: string): unknown }[] = [];
    const { port } = await upstream((socket) => {
      sockets.push(socket);
      held += 1;
      if (held === 400) all.resolve();
    });
    const deliveries = Array.from({ length: 400 }, () => sender.send(sending(port)));
    await all.promise;
    for (const socket of sockets) socket.write(ok);
    for (const delivery of await Promise.all(deliveries)) expect(delivery.is).toBe('answered');
  });
});
