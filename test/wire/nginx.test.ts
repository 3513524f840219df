// The same hostile requests and answers as in hostile-requests.test.ts and hostile-answers.test.ts, put to nginx:
// whatever it refuses is refused here, and what is whole here is the same there.
import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { anNginx, type Nginx } from '../help/an-nginx.ts';
import { hostileAnswers } from '../help/hostile-answers.ts';
import { hostileRequests, last } from '../help/hostile-requests.ts';
import { rawSend, rawServer } from '../help/raw.ts';

const installed = aSystemPart('nginx', 'nginx-light');

let upstream: Listener;
let nginx: Nginx | undefined;
let calls: string[] = [];

beforeAll(async () => {
  upstream = await listen(
    async ({ target, body }) => {
      const bytes = body === undefined ? undefined : await collect(body);
      calls.push(bytes === undefined ? target : `${target} ${Buffer.from(bytes).toString('latin1')}`);
      return { status: 200, headers: [], body: Buffer.from('ok') };
    },
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock },
  );
  if (installed !== undefined) nginx = await anNginx(upstream.port);
});
afterAll(async () => {
  await nginx?.close();
  await upstream.close();
});

describe.skipIf(installed === undefined)('what nginx refuses is refused here, of requests:', () => {
  it.each(hostileRequests.map((request) => [request.name, request] as const))('%s', async (_, request) => {
    calls = [];
    await rawSend(nginx?.port ?? 0, Buffer.from(request.says + last, 'latin1'));
    // nginx passes a target in absolute form on as a path.
    const theirs = new Set(calls.map((call) => call.replace('http://a/', '/')));
    const ours = request.calls.map((call) => call.replace('http://a/', '/'));
    const more = ours.filter((call) => !theirs.has(call));
    if (request.isForTheDoors === true) expect(more.length).toBeGreaterThan(0);
    else expect(more).toEqual([]);
  });
});

describe.skipIf(installed === undefined)('what nginx refuses is refused here, of answers:', () => {
  // This nginx takes an interim answer of an upstream for the answer.
  const wholes = hostileAnswers.filter(
    ({ becomes, says }) => typeof becomes === 'object' && !says.startsWith('HTTP/1.1 1'),
  );

  it.each(wholes.map((answer) => [answer.name, answer] as const))('%s', async (_, answer) => {
    if (typeof answer.becomes !== 'object') throw new Error('chosen above');
    const hostile = await rawServer((socket) => {
      const bytes = Buffer.from(answer.says, 'latin1');
      if (answer.ends === true) socket.end(bytes);
      else socket.write(bytes);
    });
    const front = await anNginx(hostile.port);
    const request = `${answer.method ?? 'GET'} / HTTP/1.0\r\nHost: a\r\n\r\n`;
    const { text } = await rawSend(front.port, request);
    const bodyAt = text.indexOf('\r\n\r\n') + 4;
    expect(text).toStartWith(`HTTP/1.1 ${answer.becomes.status} `);
    expect(text.slice(bodyAt)).toBe(answer.becomes.body);
    await front.close();
    await hostile.close();
  });
});
