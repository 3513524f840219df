// Requests that two programs could read in two ways, and others of bad intent, against a running listener.
// nginx is asked the same in nginx.test.ts.
import { heapStats } from 'bun:jsc';
import { afterEach, describe, expect, it } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Signal } from '../../src/base/signal.ts';
import { collect } from '../../src/http/bytes.ts';
import type { Handler } from '../../src/http/call.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener, Refusal } from '../../src/wire/listener.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { HandSource } from '../help/a-source.ts';
import { hostileRequests, last } from '../help/hostile-requests.ts';
import { rawSend } from '../help/raw.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

const clients: RawClient[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
});

const statusOf: Record<Refusal, number> = {
  'not-http': 400,
  'lengths-contradict': 400,
  'headers-too-large': 431,
  'too-slow': 408,
};

/** A listener that reads every body, and remembers what it was asked. */
async function listening(clock: Clock = wallClock): Promise<{ port: number; calls: string[] }> {
  const calls: string[] = [];
  const handler: Handler = async ({ target, body }) => {
    const bytes = body === undefined ? undefined : await collect(body);
    calls.push(bytes === undefined ? target : `${target} ${Buffer.from(bytes).toString('latin1')}`);
    return { status: 200, headers: [], body: Buffer.from('ok') };
  };
  const listener = await listen(handler, {
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    clock,
    refuse: (refusal) => ({ status: statusOf[refusal], headers: [], body: Buffer.from(refusal) }),
  });
  open.push(listener);
  return { port: listener.port, calls };
}

/** A client that is only bytes, and what it has seen so far. */
class RawClient {
  readonly socket: Socket;
  seen = '';
  ended: 'end' | 'reset' | undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (bytes) => {
      this.seen += bytes.toString('latin1');
    });
    this.socket.on('end', () => {
      this.ended ??= 'end';
      this.socket.end();
    });
    this.socket.on('error', () => {
      this.ended ??= 'reset';
    });
    clients.push(this);
  }

  says(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  async until(what: () => boolean): Promise<void> {
    while (!what()) await settled();
  }
}

/** The statuses of the answers in `text`, one behind the other. */
function statusesIn(text: string): number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => Number(status));
}

describe('a hostile request', () => {
  it.each(hostileRequests.map((request) => [request.name, request] as const))('%s', async (_, request) => {
    const { port, calls } = await listening();
    const { text } = await rawSend(port, Buffer.from(request.says + last, 'latin1'));
    expect({ statuses: statusesIn(text), calls }).toEqual({
      statuses: [...request.statuses],
      calls: [...request.calls],
    });
  });
});

describe('a hostile client', () => {
  it('that sends its head byte by byte is refused when the time for it is up', async () => {
    const clock = new HandClock();
    const { port, calls } = await listening(clock);
    const client = new RawClient(port);
    for (const byte of 'GET / HTTP/1.1\r\nHost: a\r\nX: abcdefgh'.split('').slice(0, 31)) {
      client.says(byte);
      await clock.turn(1_000);
    }
    await client.until(() => client.ended !== undefined);
    expect(statusesIn(client.seen)).toEqual([408]);
    expect(client.seen).toEndWith('too-slow');
    expect(calls).toEqual([]);
  });

  it('that says nothing is let go', async () => {
    const clock = new HandClock();
    const { port } = await listening(clock);
    const client = new RawClient(port);
    await client.until(() => clock.waiting > 0);
    await clock.turn(76_000);
    await client.until(() => client.ended !== undefined);
    expect(client.seen).toBe('');
  });

  it('that stops reading is cut', async () => {
    const clock = new HandClock();
    const source = new HandSource();
    const listener = await listen(() => Promise.resolve({ status: 200, headers: [], body: source }), {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock,
    });
    open.push(listener);
    const client = new RawClient(listener.port);
    client.socket.pause();
    client.says(last);
    await client.until(() => source.isStarted);
    while (!source.asked.includes('pause')) {
      source.chunk(new Uint8Array(2 ** 20));
      await settled();
    }
    await clock.turn(601_000);
    expect(source.asked).toEqual(['start', 'pause', 'cancel']);
    client.socket.resume();
    await client.until(() => client.ended !== undefined);
    expect(client.ended).toBe('reset');
  });

  it('that closes its sending side is gone', async () => {
    const arrived = Promise.withResolvers<Signal>();
    const listener = await listen(
      ({ signal }) => {
        arrived.resolve(signal);
        return new Promise(() => {});
      },
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    open.push(listener);
    const client = new RawClient(listener.port);
    client.says('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const signal = await arrived.promise;
    client.socket.end();
    await client.until(() => signal.aborted);
    await client.until(() => client.ended !== undefined);
    expect(client.seen).toBe('');
  });

  it('is told to continue only when its body is wanted', async () => {
    const { port, calls } = await listening();
    const client = new RawClient(port);
    client.says('POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
    await client.until(() => client.seen.endsWith('\r\n\r\n'));
    expect(client.seen).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.says(`abc${last}`);
    await client.until(() => client.ended !== undefined);
    expect(statusesIn(client.seen)).toEqual([100, 200, 200]);
    expect(calls).toEqual(['/1 abc', '/last']);
  });

  it('is not told to continue where nobody wants its body', async () => {
    const listener = await listen(() => Promise.resolve({ status: 413, headers: [], body: undefined }), {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock: wallClock,
    });
    open.push(listener);
    const client = new RawClient(listener.port);
    client.says('POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
    await client.until(() => client.ended !== undefined);
    expect(statusesIn(client.seen)).toEqual([413]);
    expect(client.seen).toContain('connection: close');
  });

  it('may send 20,000 calls ahead, which are served in order and in little memory', async () => {
    let running = 0;
    let most = 0;
    const listener = await listen(
      async ({ target }) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return { status: 200, headers: [], body: Buffer.from(target) };
      },
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    open.push(listener);
    const client = new RawClient(listener.port);
    const before = heldBytes();
    const ask = (at: number): string => `GET /${at} HTTP/1.1\r\nHost: a\r\n\r\n`;
    client.says(Array.from({ length: 20_000 }, (_, at) => ask(at)).join('') + last);
    await client.until(() => client.ended !== undefined);
    const served = Array.from(client.seen.matchAll(/\r\n\r\n\/(\d+)/g), ([, at]) => Number(at));
    expect(served).toEqual(Array.from({ length: 20_000 }, (_, at) => at));
    expect(most).toBe(1);
    expect((heldBytes() - before) / 2 ** 20).toBeLessThan(16);
  });

  it('cannot make a header of an answer begin another answer', async () => {
    const body = new HandSource();
    const listener = await listen(
      ({ target }) =>
        Promise.resolve({
          status: 200,
          headers: ['x-echo', decodeURIComponent(target.slice(1))],
          body,
        }),
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    open.push(listener);
    const attack = encodeURIComponent('a\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nevil');
    const { text, ended } = await rawSend(listener.port, `GET /${attack} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect({ text, ended, asked: body.asked }).toEqual({ text: '', ended: 'reset', asked: ['cancel'] });
  });
});

/** Bytes behind the objects that are still in use. */
function heldBytes(): number {
  Bun.gc(true);
  return heapStats().extraMemorySize;
}
