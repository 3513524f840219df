// The same hostile requests as in hostile-requests.test.ts, asked of nginx: whatever it refuses is refused here.
import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { collect } from '../../src/http/bytes.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { anNginx, type Nginx } from '../help/an-nginx.ts';
import { hostileRequests, last } from '../help/hostile-requests.ts';
import { rawSend } from '../help/raw.ts';

let upstream: Listener;
let nginx: Nginx;
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
  nginx = await anNginx(upstream.port);
  console.log(`compared with ${nginx.version}`);
});
afterAll(async () => {
  await nginx.close();
  await upstream.close();
});

describe('what nginx refuses is refused here:', () => {
  it.each(hostileRequests.map((request) => [request.name, request] as const))('%s', async (_, request) => {
    calls = [];
    await rawSend(nginx.port, Buffer.from(request.says + last, 'latin1'));
    // nginx passes a target in absolute form on as a path.
    const theirs = new Set(calls.map((call) => call.replace('http://a/', '/')));
    const ours = request.calls.map((call) => call.replace('http://a/', '/'));
    const more = ours.filter((call) => !theirs.has(call));
    if (request.isForTheDoors === true) expect(more.length).toBeGreaterThan(0);
    else expect(more).toEqual([]);
  });
});
