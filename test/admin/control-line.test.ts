import { afterEach, expect, test } from 'bun:test';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function ask(proxy: Proxy, body: unknown): Promise<Response> {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const headers = { 'x-ccproxy-control': token, 'content-type': 'application/json' };
  return fetch(`${proxy.url}/control/line`, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('a line is told with a session and without', async () => {
  const proxy = await rooms.add(
    aProxy({ accounts: [{ name: 'work', kind: 'api-key', secret: 'sk-ant-api03-planted' }] }),
  );
  for (const body of [{}, { session: '0b9c' }]) {
    const response = await ask(proxy, body);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      account: { name: 'work', isOfSession: false, standing: { is: 'ready' }, windows: [] },
      sessionUsd: null,
      todayUsd: 0,
      budget: null,
    });
  }
});

test('a session that is none, and whoever has no token, are refused', async () => {
  const proxy = await rooms.add(aProxy());
  for (const body of [{ session: '' }, { session: 1 }, { session: 'x'.repeat(513) }, { more: 1 }])
    expect((await ask(proxy, body)).status).toBe(400);
  expect((await fetch(`${proxy.url}/control/line`, { method: 'POST', body: '{}' })).status).toBe(403);
});
