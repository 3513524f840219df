import { afterEach, expect, test } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { changesIn } from '../help/some-people.ts';

// A client key with a role is for programs: it stands in environments and scripts. Whoever found one with the role of an
// admin could open the page with it and export every secret, sealed with a passphrase of their own; read what was
// captured; let themselves in as a person, or send any file to a provider as a client secret, by changing settings; and
// lead a stored secret to a server of their own by changing where its account is. A key of a viewer showed the code of
// an open sign-in, by which they could sign the account in as themselves.

const rooms = new Rooms();
afterEach(() => rooms.close());

const publicUrl = 'https://proxy.example.com';
const elsewhere = { host: 'proxy.example.com', 'x-forwarded-for': '203.0.113.9' };
const config = `[server]\npublic_url = "${publicUrl}"\ntrusted_proxies = ["127.0.0.1"]\n`;
const accounts = [{ name: 'work', kind: 'api-key' as const, secret: 'sk-ant-api03-work' }];

async function withKeys() {
  const keys = [
    { name: 'robot', role: 'admin' as const },
    { name: 'prometheus', role: 'viewer' as const },
  ];
  const proxy = await rooms.add(aProxy({ accounts, config, keys }));
  const [admin = '', viewer = ''] = proxy.keys;
  const ask = async (key: string, method: string, path: string, body?: unknown) => {
    const headers = { ...elsewhere, authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const init: RequestInit = { method, headers, redirect: 'manual' };
    if (body !== undefined) init.body = JSON.stringify(body);
    return fetch(proxy.url + path, init);
  };
  return { proxy, ask, admin, viewer };
}

test('a key opens no page, whatever its role', async () => {
  const { proxy, ask, admin, viewer } = await withKeys();
  for (const key of [admin, viewer]) {
    for (const path of ['/accounts', '/requests/1/said', '/settings', '/changes']) {
      const answer = await ask(key, 'GET', path);
      expect([path, answer.status]).toEqual([path, 303]);
      expect(answer.headers.get('location')).toStartWith('/sign-in');
    }
    expect((await ask(key, 'POST', '/accounts/export')).status).toBe(403);
    expect(await (await ask(key, 'GET', '/api/events')).text()).toBe('event: signed-out\ndata: {}\n\n');
  }
  const visitor = new Visitor(proxy.url, { ...elsewhere, 'x-api-key': admin }, publicUrl);
  expect((await visitor.get('/accounts')).status).toBe(303);
});

test('a key changes no settings, but may read them', async () => {
  const { ask, admin } = await withKeys();
  const changes = [{ key: 'capture.enabled', value: true }];
  expect((await ask(admin, 'GET', '/control/settings')).status).toBe(200);
  expect((await ask(admin, 'PATCH', '/control/settings', { changes, base: null })).status).toBe(403);
  expect((await ask(admin, 'POST', '/control/settings/check', { changes })).status).toBe(403);
});

test('a key leads no stored secret elsewhere, and changes the rest of an account', async () => {
  const { proxy, ask, admin } = await withKeys();
  for (const changes of [
    { baseUrl: 'https://evil.example' },
    { proxy: 'http://evil.example:8080' },
    { extraCa: '/tmp/evil.pem' },
    { allowPlainHttp: true },
  ])
    expect((await ask(admin, 'PATCH', '/control/accounts/work', { changes })).status).toBe(403);
  expect((await ask(admin, 'PATCH', '/control/accounts/work', { changes: { priority: 7 } })).status).toBe(
    200,
  );
  expect((await changesIn(proxy)).at(-1)).toContain('robot account.changed work');
});

test('a key neither ends the proxy nor has another process take its place', async () => {
  const { proxy, ask, admin } = await withKeys();
  for (const path of ['/control/stop', '/control/succeed'])
    expect([path, (await ask(admin, 'POST', path)).status]).toEqual([path, 403]);
  expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
});

test('a key that may only look sees no sign-in that is open', async () => {
  const { ask, admin, viewer } = await withKeys();
  expect((await ask(viewer, 'GET', '/control/sign-ins')).status).toBe(403);
  expect((await ask(admin, 'GET', '/control/sign-ins')).status).toBe(200);
});
