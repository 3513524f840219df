// The attack (request smuggling): a server in front of this one, or an upstream behind it, that reads a chunked
// body differently sees the next request begin elsewhere. Two differences were here: an empty line whose line
// feed was any byte at all, and a trailer that says once more how long the message is.
import { afterEach, describe, expect, it } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { openSender } from '../../src/wire/send.ts';
import { failureOf } from '../help/a-failure.ts';
import { rawSend, rawServer } from '../help/raw.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const endings: [string, string][] = [
  ['an empty line without its line feed', '0\r\n\rX'],
  ['a trailer that tells a length', '0\r\nContent-Length: 50\r\n\r\n'],
  ['a trailer that tells a coding', '0\r\nTransfer-Encoding: chunked\r\n\r\n'],
];

describe.each(endings)('%s', (_, ending) => {
  it('ends no request', async () => {
    const targets: string[] = [];
    const listener: Listener = await listen(
      async (call) => {
        targets.push(call.target);
        if (call.body !== undefined) await collect(call.body);
        return { status: 200, headers: [], body: undefined };
      },
      { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
    );
    open.push(listener);
    const head = 'POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
    await rawSend(listener.port, `${head}${ending}GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(targets).not.toContain('/hidden');
  });

  it('ends no answer', async () => {
    const upstream = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n${ending}`);
    });
    const sender = openSender({ clock: wallClock });
    open.push(sender, upstream);
    const delivery = await sender.send({
      origin: new URL(`http://127.0.0.1:${upstream.port}`),
      method: 'GET',
      target: '/',
      headers: ['Host', 'up'],
      body: undefined,
      signal: new AbortController().signal,
      connectMs: 30_000,
      headMs: 30_000,
    });
    if (delivery.is !== 'answered' || delivery.answer.body === undefined) throw new Error(delivery.is);
    if (delivery.answer.body instanceof Uint8Array) throw new Error('expected a source');
    expect((await failureOf(collect(delivery.answer.body))).message).toContain('chunks');
  });
});
