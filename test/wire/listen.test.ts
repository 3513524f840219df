import { afterEach, describe, expect, it } from 'bun:test';
import { connect } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect, type ByteSink, type ByteSource } from '../../src/http/bytes.ts';
import type { Call, Handler } from '../../src/http/call.ts';
import { listen as listenOwn } from '../../src/wire/listen.ts';
import { listen as listenOnNode } from '../../src/wire/node/listen.ts';
import type { Listen, Listener, Refusal } from '../../src/wire/listener.ts';
import { rawSend } from '../help/raw.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

/** Both wires keep the same promises; the runtime's own is the reference. */
const wires: [string, Listen][] = [
  ['the own wire', listenOwn],
  ['node:http', listenOnNode],
];

/** A source fed by hand. */
class HandSource implements ByteSource {
  sink: ByteSink | undefined;
  paused = 0;
  resumed = 0;
  cancelled = false;
  readonly started = Promise.withResolvers<ByteSink>();
  readonly cancelling = Promise.withResolvers<void>();
  start(sink: ByteSink): void {
    this.sink = sink;
    this.started.resolve(sink);
  }
  pause(): void {
    this.paused += 1;
  }
  resume(): void {
    this.resumed += 1;
  }
  cancel(): void {
    this.cancelled = true;
    this.cancelling.resolve();
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const plain: Handler = () => Promise.resolve({ status: 200, headers: [], body: bytes('ok') });

describe.each(wires)('listen on %s', (_wire, listen) => {
  async function listening(handler: Handler, refuse?: (refusal: Refusal) => number): Promise<number> {
    const listener = await listen(handler, {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock: wallClock,
      ...(refuse !== undefined && {
        refuse: (refusal) => ({
          status: refuse(refusal),
          headers: ['x-why', refusal],
          body: Buffer.from('no'),
        }),
      }),
    });
    open.push(listener);
    return listener.port;
  }

  it('hands over method, target and headers exactly as they came', async () => {
    let seen: Call | undefined;
    const port = await listening((call) => {
      seen = call;
      return plain(call);
    });
    await rawSend(
      port,
      'GET /v1/x?beta=true&&b=%2F HTTP/1.1\r\nhOst: a\r\nX-Dup: 1\r\nx-dup:  2 \r\nConnection: close\r\n\r\n',
    );
    expect(seen?.method).toBe('GET');
    expect(seen?.target).toBe('/v1/x?beta=true&&b=%2F');
    expect(seen?.headers).toEqual(['hOst', 'a', 'X-Dup', '1', 'x-dup', '2', 'Connection', 'close']);
    expect(seen?.body).toBeUndefined();
  });

  it('reads a chunked body as its bytes', async () => {
    let body = '';
    const port = await listening(async (call) => {
      body = Buffer.from(await collect(call.body!)).toString();
      return plain(call);
    });
    await rawSend(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    );
    expect(body).toBe('abcde');
  });

  it('writes status and headers as they stand and adds only framing', async () => {
    const port = await listening(() =>
      Promise.resolve({
        status: 418,
        headers: ['X-Odd-CASE', 'a', 'set-Cookie', 'b', 'x-z', 'c'],
        body: bytes('hello'),
      }),
    );
    const { text } = await rawSend(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const head = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
    expect(head[0]).toStartWith('HTTP/1.1 418 ');
    expect(head.slice(1, 4)).toEqual(['X-Odd-CASE: a', 'set-Cookie: b', 'x-z: c']);
    expect(
      head
        .slice(4)
        .map((line) => line.split(':')[0]!.toLowerCase())
        .toSorted(),
    ).toEqual(['connection', 'content-length']);
    expect(text).toEndWith('\r\n\r\nhello');
  });

  it('sends the head before the first byte of a body that lets wait for itself', async () => {
    const source = new HandSource();
    const port = await listening(() => Promise.resolve({ status: 200, headers: ['x-a', 'b'], body: source }));
    const { text } = await rawSend(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (seen) =>
      seen.includes('\r\n\r\n'),
    );
    expect(text).toContain('x-a: b');
    await source.cancelling.promise;
  });

  it('resets the connection when the body breaks, without a terminating chunk', async () => {
    const source = new HandSource();
    const port = await listening(() => Promise.resolve({ status: 200, headers: [], body: source }));
    let hasFailed = false;
    void source.started.promise.then((sink) => sink.chunk(bytes('data: 1\n\n')));
    const { text, ended } = await rawSend(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (seen) => {
      if (seen.includes('data: 1') && !hasFailed) {
        hasFailed = true;
        void source.started.promise.then((sink) => sink.fail(new Error('gone')));
      }
      return false;
    });
    expect(text).toContain('data: 1');
    expect(text).not.toContain('\r\n0\r\n');
    expect(ended).toBe('reset');
  });

  it('destroys the connection when the handler has no answer', async () => {
    const port = await listening(() => Promise.reject(new Error('nothing')));
    expect(await rawSend(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toEqual({ text: '', ended: 'reset' });
  });

  it('tells the handler at once that the client left', async () => {
    const left = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const port = await listening((call) => {
      arrived.resolve();
      call.signal.addEventListener('abort', () => {
        left.resolve();
      });
      return new Promise(() => {});
    });
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    await arrived.promise;
    socket.destroy();
    await left.promise;
  });

  it('closes what is behind an answer that cannot be written', async () => {
    const source = new HandSource();
    const port = await listening(() => Promise.resolve({ status: 99, headers: [], body: source }));
    const { ended, text } = await rawSend(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect({ ended, text, cancelled: source.cancelled }).toEqual({
      ended: 'reset',
      text: '',
      cancelled: true,
    });
  });

  it('cancels the body when the client leaves in the middle of it', async () => {
    const source = new HandSource();
    const port = await listening(() => Promise.resolve({ status: 200, headers: [], body: source }));
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const sink = await source.started.promise;
    sink.chunk(bytes('x'));
    socket.once('data', () => socket.destroy());
    await source.cancelling.promise;
    expect(source.cancelled).toBe(true);
  });

  it('pauses the body while the client does not read', async () => {
    const source = new HandSource();
    const port = await listening(() => Promise.resolve({ status: 200, headers: [], body: source }));
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.pause();
    const sink = await source.started.promise;
    const block = new Uint8Array(1 << 20);
    let sent = 0;
    while (source.paused === 0 && sent < 200) {
      sink.chunk(block);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(source.paused).toBeGreaterThan(0);
    expect(sent).toBeLessThan(50);
    socket.resume();
    while (source.resumed === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
  });

  it('answers an early refusal of an upload so that the client can read it', async () => {
    const port = await listening(() =>
      Promise.resolve({ status: 413, headers: [], body: bytes('too large') }),
    );
    const { text } = await rawSend(
      port,
      Buffer.concat([
        Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n'),
        new Uint8Array(3_000_000),
      ]),
      (seen) => seen.includes('too large'),
    );
    expect(text).toStartWith('HTTP/1.1 413');
    expect(text.toLowerCase()).toContain('connection: close');
  });

  it.each([
    [
      'both lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'lengths-contradict',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
      'lengths-contradict',
    ],
    [
      'too large a head',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
      'headers-too-large',
    ],
    ['not HTTP at all', 'hello\r\n\r\n', 'not-http'],
  ])('refuses %s with the answer it was given for that', async (_, request, why) => {
    let asked = 0;
    const port = await listening(
      (call) => {
        asked += 1;
        return plain(call);
      },
      () => 400,
    );
    const { text } = await rawSend(port, request);
    expect(text).toStartWith('HTTP/1.1 400 Bad Request\r\n');
    expect(text).toContain(`x-why: ${why}`);
    expect(text).toEndWith('\r\n\r\nno');
    expect(asked).toBe(0);
  });

  it('refuses an address in use with the system error', async () => {
    const port = await listening(plain);
    const again = listen(plain, { host: '127.0.0.1', port, log: silentLog, clock: wallClock });
    await expect(again).rejects.toThrow(/EADDRINUSE|in use/);
  });

  it('waits for running calls when it closes, and takes no new ones', async () => {
    const source = new HandSource();
    const listener = await listen(() => Promise.resolve({ status: 200, headers: [], body: source }), {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock: wallClock,
    });
    const whole = rawSend(listener.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const sink = await source.started.promise;
    const closed = listener.close(10_000);
    expect((await rawSend(listener.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).text).toBe('');
    sink.chunk(bytes('the end'));
    sink.end();
    expect((await whole).text).toContain('the end');
    await closed;
  });
});
