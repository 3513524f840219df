// Answers that two programs could read in two ways, and others of bad intent, to a running sender. nginx is asked
// the same in nginx.test.ts.
import { afterEach, describe, expect, it } from 'bun:test';
import type { Socket } from 'node:net';
import { wallClock } from '../../src/base/clock.ts';
import { collect } from '../../src/http/bytes.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Delivery, Sending } from '../../src/wire/sender.ts';
import { settled } from '../help/a-clock.ts';
import { HandSource } from '../help/a-source.ts';
import { hostileAnswers, type HostileAnswer } from '../help/hostile-answers.ts';
import { rawServer } from '../help/raw.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const good = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood';

/** An upstream whose first connection says `first` to its first request, and good answers to all others. */
async function saying({ says, ends = false }: Pick<HostileAnswer, 'says' | 'ends'>) {
  let first: Socket | undefined;
  const asked = new Map<Socket, number>();
  const server = await rawServer((socket) => {
    first ??= socket;
    const count = (asked.get(socket) ?? 0) + 1;
    asked.set(socket, count);
    if (socket !== first || count > 1) socket.write(good);
    else if (ends) socket.end(Buffer.from(says, 'latin1'));
    else socket.write(Buffer.from(says, 'latin1'));
  });
  const sender = openSender({ clock: wallClock });
  closing.push(server.close, () => sender.close());
  const send = (more: Partial<Sending> = {}): Promise<Delivery> =>
    sender.send({
      origin: new URL(`http://127.0.0.1:${server.port}`),
      method: 'GET',
      target: '/',
      headers: ['Host', 'up'],
      body: undefined,
      signal: new AbortController().signal,
      connectMs: 30_000,
      headMs: 30_000,
      ...more,
    });
  return { send, server };
}

/** What a delivery comes to, its body read. */
async function outcome(delivery: Delivery): Promise<HostileAnswer['becomes'] | Delivery['is']> {
  if (delivery.is !== 'answered') return delivery.is;
  const { status, body } = delivery.answer;
  if (body === undefined) return { status, body: '' };
  if (body instanceof Uint8Array) throw new Error('expected a source');
  try {
    return { status, body: Buffer.from(await collect(body)).toString('latin1') };
  } catch {
    return 'broken';
  }
}

describe('a hostile answer', () => {
  it.each(hostileAnswers.map((answer) => [answer.name, answer] as const))('%s', async (_, answer) => {
    const { send, server } = await saying(answer);
    expect(await outcome(await send({ method: answer.method ?? 'GET' }))).toEqual(answer.becomes);
    for (let round = 0; round < 3; round += 1) await settled();
    // Whatever it was, the next request gets its own answer.
    expect(await outcome(await send())).toEqual({ status: 200, body: 'good' });
    expect(server.connections.size).toBe(1);
    if (answer.isKept === true) expect(server.total).toBe(1);
    else expect(server.total).toBe(2);
  });

  it('to a request that is not complete yet is an answer, and its connection serves no other', async () => {
    const { send, server } = await saying({ says: 'HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno' });
    const body = new HandSource();
    const delivery = send({ method: 'POST', body });
    while (!body.isStarted) await settled();
    body.chunk('a');
    expect(await outcome(await delivery)).toEqual({ status: 413, body: 'no' });
    expect(body.asked).toEqual(['start', 'cancel']);
    expect(await outcome(await send())).toEqual({ status: 200, body: 'good' });
    expect(server.total).toBe(2);
  });

  it('on an idle connection is nobody’s', async () => {
    const { send, server } = await saying({ says: good });
    await outcome(await send());
    for (const socket of server.connections) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    while (server.connections.size > 0) await settled();
    expect(await outcome(await send())).toEqual({ status: 200, body: 'good' });
  });
});
