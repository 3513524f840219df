// A connection that breaks or ends at every point of an exchange, on both sides, plain and with TLS: what becomes of
// it, and that nothing of it is left.
import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect } from '../../src/http/bytes.ts';
import type { Answer, Call } from '../../src/http/call.ts';
import { listen } from '../../src/wire/listen.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Delivery, Sending } from '../../src/wire/sender.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { HandSource, MemorySink } from '../help/a-source.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Break = (socket: Socket) => void;
const breaks: Record<'reset' | 'end', Break> = {
  reset: (socket) => socket.resetAndDestroy(),
  end: (socket) => socket.end(),
};

/** An upstream that does `act` with its first connection, and answers well on all others. */
async function upstream(isSecure: boolean, act: (socket: Socket, seen: string) => void) {
  let first: Socket | undefined;
  let total = 0;
  const connections = new Set<Socket>();
  const serve = (socket: Socket): void => {
    total += 1;
    first ??= socket;
    let seen = '';
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    if (socket === first) act(socket, seen);
    socket.on('data', (bytes: Buffer) => {
      seen += bytes.toString('latin1');
      if (socket === first) act(socket, seen);
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
    });
  };
  const { pem, key } = aCertificate(folder(), 'up');
  const server = isSecure
    ? createTlsServer({ cert: pem, key: readFileSync(key) }, serve)
    : createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = new HandClock();
  const sender = openSender({ clock, extraCa: pem });
  closing.push(
    () => server.close(),
    () => sender.close(),
  );
  const origin = new URL(
    `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  const send = (more: Partial<Sending> = {}): Promise<Delivery> =>
    sender.send({
      origin,
      method: 'POST',
      target: '/',
      headers: ['Host', 'up'],
      body: Buffer.from('request'),
      signal: new AbortController().signal,
      connectMs: 30_000,
      headMs: 30_000,
      ...more,
    });
  return { send, clock, connections, total: () => total };
}

async function outcome(delivery: Delivery): Promise<string> {
  if (delivery.is === 'lost') return delivery.reused ? 'lost, reused' : 'lost';
  if (delivery.is !== 'answered') return delivery.is;
  const { body } = delivery.answer;
  if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
  const sink = new MemorySink();
  return new Promise((resolve) => {
    body.start({
      chunk: (bytes) => sink.chunk(bytes),
      end: () => {
        resolve(`whole: ${Buffer.concat(sink.chunks).toString()}`);
      },
      fail: () => {
        resolve(`broken behind: ${Buffer.concat(sink.chunks).toString()}`);
      },
    });
  });
}

/** What the upstream says before its connection breaks, and what becomes of the sending: by a reset, by an end. */
const points: [where: string, says: string | undefined, reset: string, end: string][] = [
  ['before the request', undefined, 'lost', 'lost'],
  ['before the head', '', 'lost', 'lost'],
  ['behind an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n', 'lost', 'lost'],
  ['inside the head', 'HTTP/1.1 200 OK\r\nContent-Le', 'lost', 'lost'],
  ['behind the head', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'broken behind: ', 'broken behind: '],
  [
    'inside the body',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel',
    'broken behind: hel',
    'broken behind: hel',
  ],
  [
    'inside a chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
    'broken behind: hel',
    'broken behind: hel',
  ],
  [
    'between chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n',
    'broken behind: hel',
    'broken behind: hel',
  ],
  [
    'before the last empty line',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n',
    'broken behind: hel',
    'broken behind: hel',
  ],
  ['inside a body without a length', 'HTTP/1.1 200 OK\r\n\r\nhel', 'broken behind: hel', 'whole: hel'],
  ['behind the body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'whole: hello', 'whole: hello'],
  [
    'behind the chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    'whole: hello',
    'whole: hello',
  ],
];

describe.each([
  ['plain', false],
  ['TLS', true],
])('a connection to the upstream, %s,', (_kind, isSecure) => {
  for (const [where, says, reset, end] of points) {
    it.each<['reset' | 'end', string]>([
      ['reset', reset],
      ['end', end],
    ])(`that breaks ${where} by a %s`, async (how, expected) => {
      let isAnswered = Promise.withResolvers<void>();
      const up = await upstream(isSecure, (socket, seen) => {
        if (says === undefined) breaks[how](socket);
        else if (seen.endsWith('request')) {
          socket.write(says);
          // Once what was said has been heard.
          void isAnswered.promise.then(() => breaks[how](socket));
        }
      });
      const sending = up.send();
      let delivery: Delivery | undefined;
      void sending.then((found) => {
        delivery = found;
      });
      for (let round = 0; round < 20; round += 1) await settled();
      const read = delivery === undefined ? undefined : outcome(delivery);
      for (let round = 0; round < 20; round += 1) await settled();
      isAnswered.resolve();
      isAnswered = Promise.withResolvers();
      expect(await (read ?? outcome(await sending))).toBe(expected);
      while (up.connections.size > 0) await settled();
      expect(await outcome(await up.send())).toBe('whole: good');
      expect(up.total()).toBe(2);
    });
  }

  it('that is reset while an upload is under way stops it', async () => {
    const up = await upstream(isSecure, (socket, seen) => {
      if (seen.includes('first')) socket.resetAndDestroy();
    });
    const body = new HandSource();
    const delivery = up.send({ body });
    while (!body.isStarted) await settled();
    body.chunk('first');
    expect(await outcome(await delivery)).toBe('lost');
    expect(body.asked).toEqual(['start', 'cancel']);
    expect(up.clock.waiting).toBe(0);
  });

  it('that is reset while an upload is held stops it', async () => {
    const up = await upstream(isSecure, (socket, seen) => {
      if (seen.length > 0) socket.pause();
    });
    const body = new HandSource();
    const delivery = up.send({ body });
    while (!body.isStarted) await settled();
    while (!body.asked.includes('pause')) {
      body.chunk(new Uint8Array(2 ** 20));
      await settled();
    }
    for (const socket of up.connections) socket.resetAndDestroy();
    expect(await outcome(await delivery)).toBe('lost');
    expect(body.asked.at(-1)).toBe('cancel');
  });

  it.each<['reset' | 'end', string, string]>([
    ['end', 'Content-Length: 3000000\r\n', 'whole'],
    ['end', '', 'whole'],
    ['reset', 'Content-Length: 3000000\r\n', 'broken'],
    ['reset', '', 'broken'],
  ])('that breaks by a %s while the answer is held (%j) leaves it %s', async (how, fields, expected) => {
    const up = await upstream(isSecure, (socket, seen) => {
      if (!seen.endsWith('request')) return;
      socket.write(`HTTP/1.1 200 OK\r\n${fields}\r\n`);
      socket.write(Buffer.alloc(3_000_000, 'x'));
      if (how === 'end') socket.end();
    });
    const delivery = await up.send();
    if (delivery.is !== 'answered') throw new Error(delivery.is);
    const { body } = delivery.answer;
    if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
    let seen = 0;
    const began = Promise.withResolvers<void>();
    const ended = new Promise<string>((resolve) => {
      body.start({
        chunk(bytes) {
          if (seen === 0) body.pause();
          seen += bytes.length;
          began.resolve();
        },
        end: () => resolve('whole'),
        fail: () => resolve('broken'),
      });
    });
    await began.promise;
    if (how === 'reset') for (const socket of up.connections) socket.resetAndDestroy();
    for (let round = 0; round < 20; round += 1) await settled();
    body.resume();
    expect(await ended).toBe(expected);
    if (expected === 'whole') expect(seen).toBe(3_000_000);
  });

  it('that was reset while it was idle is lost as one that had served, or not used at all', async () => {
    const up = await upstream(isSecure, (socket, seen) => {
      if (seen.endsWith('request')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    });
    expect(await outcome(await up.send())).toBe('whole: hello');
    for (const socket of up.connections) socket.resetAndDestroy();
    // Sent before the reset can have been told.
    expect(await outcome(await up.send())).toBe('lost, reused');
    expect(await outcome(await up.send())).toBe('whole: good');
  });
});

/** A listener, and what it was told of its one call. */
async function listening(isSecure: boolean, answer: Answer | undefined) {
  const { pem, key } = aCertificate(folder(), 'local');
  const calls: { call: Call; body: Promise<string> }[] = [];
  const answered = Promise.withResolvers<void>();
  const listener = await listen(
    async (call) => {
      const { body } = call;
      const read =
        body === undefined
          ? Promise.resolve('none')
          : collect(body).then(
              (bytes) => `whole: ${Buffer.from(bytes).toString()}`,
              () => 'broken',
            );
      calls.push({ call, body: read });
      if (answer === undefined) return new Promise(() => {});
      await read;
      answered.resolve();
      return answer;
    },
    {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock: wallClock,
      ...(isSecure && { tls: { cert: pem, key: readFileSync(key, 'utf8') } }),
    },
  );
  const client = isSecure
    ? connectTls({ port: listener.port, host: '127.0.0.1', ca: [pem] })
    : connect(listener.port, '127.0.0.1');
  client.on('error', () => {});
  client.resume();
  await new Promise((resolve) => client.once(isSecure ? 'secureConnect' : 'connect', resolve));
  closing.push(() => client.destroy());
  return { listener, client, calls, answered: answered.promise };
}

const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n';

describe.each([
  ['plain', false],
  ['TLS', true],
])('a connection of a client, %s,', (_kind, isSecure) => {
  for (const how of ['reset', 'end'] as const) {
    it.each([
      ['before it says anything', ''],
      ['inside the head', 'POST / HTTP/1.1\r\nHo'],
    ])(`that breaks %s by a ${how} is no call`, async (_, says) => {
      const { listener, client, calls } = await listening(isSecure, undefined);
      client.write(says);
      for (let round = 0; round < 10; round += 1) await settled();
      breaks[how](client);
      // All of the time in the world: it comes back only when the connection is gone.
      await listener.close(3_600_000);
      expect(calls).toEqual([]);
    });

    it.each([
      ['behind the head', post, 'broken'],
      ['inside the body', `${post}hel`, 'broken'],
      ['inside a chunk', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', 'broken'],
      [
        'before the last empty line',
        'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n',
        'broken',
      ],
      ['behind the body', `${post}hello`, 'whole: hello'],
      ['behind a call without a body', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'none'],
      ['inside the next head', `${post}helloGET / HT`, 'whole: hello'],
    ])(`that breaks %s by a ${how} is told to whoever works for it`, async (_, says, body) => {
      const { listener, client, calls } = await listening(isSecure, undefined);
      client.write(says);
      while (calls.length === 0) await settled();
      for (let round = 0; round < 10; round += 1) await settled();
      const { call, body: read } = calls[0]!;
      expect(call.signal.aborted).toBe(false);
      breaks[how](client);
      expect(await read).toBe(body);
      while (!call.signal.aborted) await settled();
      await listener.close(3_600_000);
      expect(calls.length).toBe(1);
    });

    it(`that breaks in the answer by a ${how} stops it`, async () => {
      const source = new HandSource();
      const { listener, client, calls } = await listening(isSecure, {
        status: 200,
        headers: [],
        body: source,
      });
      client.write(`${post}hello`);
      while (!source.isStarted) await settled();
      source.chunk('some');
      await settled();
      breaks[how](client);
      while (!source.asked.includes('cancel')) await settled();
      expect(calls[0]!.call.signal.aborted).toBe(true);
      await listener.close(3_600_000);
    });

    it(`that breaks while the answer is held by a ${how} stops it`, async () => {
      const source = new HandSource();
      const { listener, client } = await listening(isSecure, { status: 200, headers: [], body: source });
      client.pause();
      client.write(`${post}hello`);
      while (!source.isStarted) await settled();
      while (!source.asked.includes('pause')) {
        source.chunk(new Uint8Array(2 ** 20));
        await settled();
      }
      breaks[how](client);
      while (!source.asked.includes('cancel')) await settled();
      await listener.close(3_600_000);
    });

    it(`that breaks behind the answer by a ${how} is only closed`, async () => {
      const answer = { status: 200, headers: [], body: Buffer.from('ok') };
      const { listener, client, calls, answered } = await listening(isSecure, answer);
      client.write(`${post}hello`);
      await answered;
      for (let round = 0; round < 10; round += 1) await settled();
      breaks[how](client);
      await listener.close(3_600_000);
      expect(calls[0]!.call.signal.aborted).toBe(false);
    });
  }
});
