import { afterEach, expect, test } from 'bun:test';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const account = { name: 'team', kind: 'api-key', secret: 'sk-ant-api03-planted' } as const;
const elsewhere = { 'x-forwarded-for': '203.0.113.9' };

async function control(proxy: Proxy, path: string, init: RequestInit = {}): Promise<Response> {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const headers = new Headers(init.headers);
  headers.set('x-ccproxy-control', token);
  return fetch(proxy.url + path, { ...init, headers });
}

function posting(value: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}

test('a proxy with an account is ready, in the IETF format, kept by no cache', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const response = await fetch(`${proxy.url}/health/ready`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/health+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toStartWith('req_');
  const passing = [expect.objectContaining({ status: 'pass' })];
  expect(await response.json()).toMatchObject({
    status: 'pass',
    checks: { 'accounts:ready': passing, 'database:answers': passing, 'vault:secrets': passing },
  });
});

test('a proxy without accounts is alive, not ready, and says what to do', async () => {
  const proxy = await rooms.add(aProxy());
  expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
  const response = await fetch(`${proxy.url}/health/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('auth add'),
  });
});

test('from elsewhere health tells its status and nothing else', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  for (const path of ['/health', '/health/live', '/health/ready']) {
    const response = await fetch(proxy.url + path, { headers: elsewhere });
    expect(await response.json()).toEqual({ status: 'pass' });
  }
});

test('from elsewhere everything else is refused, the token notwithstanding', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  for (const path of [
    '/status',
    '/status/accounts',
    '/status/accounts/team',
    '/metrics',
    '/control/accounts',
  ]) {
    const response = await control(proxy, path, { headers: elsewhere });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
  }
});

test('status shows totals and accounts, and one account by name', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const status = await (await fetch(`${proxy.url}/status`)).json();
  expect(status).toMatchObject({
    url: proxy.url,
    keysRequired: false,
    totals: { accounts: 1, ready: 1 },
    accounts: [{ name: 'team', standing: { is: 'ready' } }],
  });
  expect(await (await fetch(`${proxy.url}/status/accounts`)).json()).toHaveLength(1);
  expect(await (await fetch(`${proxy.url}/status/accounts/Team`)).json()).toMatchObject({ name: 'team' });
  expect(JSON.stringify(status)).not.toContain('planted');
});

test('an unknown account and an unknown path are not found, in the envelope', async () => {
  const proxy = await rooms.add(aProxy());
  for (const path of ['/status/accounts/nobody', '/status/nothing', '/health/nothing']) {
    const response = await fetch(proxy.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  }
});

test('a change without the token of this run is refused', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const changes: [string, string][] = [
    ['POST', '/status/accounts/team/disable'],
    ['POST', '/control/accounts/team/disable'],
    ['DELETE', '/control/accounts/team'],
    ['PATCH', '/control/accounts/team'],
    ['POST', '/control/accounts/team/test'],
    ['POST', '/control/accounts/team/refresh'],
    ['POST', '/status/accounts/team/refresh'],
    ['POST', '/control/rotate'],
    ['POST', '/control/export'],
    ['POST', '/control/import'],
    ['POST', '/control/keys'],
    ['POST', '/control/local-key'],
    ['POST', '/control/reload'],
    ['POST', '/control/stop'],
    ['POST', '/control/succeed'],
  ];
  for (const [method, path] of changes) {
    expect((await fetch(proxy.url + path, { method })).status).toBe(403);
    const headers = { 'x-ccproxy-control': 'x'.repeat(43) };
    expect((await fetch(proxy.url + path, { method, headers })).status).toBe(403);
  }
  expect(await (await fetch(`${proxy.url}/status/accounts/team`)).json()).toMatchObject({ enabled: true });
});

test('with the token an account is switched and its former standing told', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const response = await control(proxy, '/status/accounts/team/disable', { method: 'POST' });
  expect(await response.json()).toMatchObject({
    account: { name: 'team', enabled: false, standing: { is: 'switched-off' } },
    previous: { is: 'ready' },
  });
});

test('a field nobody knows is named and refused', async () => {
  const proxy = await rooms.add(aProxy());
  const add = await control(proxy, '/control/accounts', posting({ account: {}, secret: 'x', extra: 1 }));
  expect(add.status).toBe(400);
  expect(await add.text()).toContain('there is no field extra');
  const inner = await control(
    proxy,
    '/control/accounts',
    posting({ account: { name: 'x', kind: 'passthrough', colour: 'red' } }),
  );
  expect(inner.status).toBe(400);
  expect(await inner.json()).toMatchObject({ problem: { code: 'account-invalid' } });
  const key = await control(proxy, '/control/keys', posting({ name: 'x', colour: 'red' }));
  expect(await key.json()).toMatchObject({ problem: { code: 'key-invalid' } });
});

test('a body that is no JSON, of another type or too long is refused', async () => {
  const proxy = await rooms.add(aProxy());
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":' };
  expect((await control(proxy, '/control/keys', broken)).status).toBe(400);
  const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"name":"x"}' };
  const refused = await control(proxy, '/control/keys', text);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('application/json');
  const long = posting({ name: 'x'.repeat(70_000) });
  expect((await control(proxy, '/control/keys', long)).status).toBe(413);
  expect(await (await control(proxy, '/control/keys')).json()).toEqual({ keys: [] });
});

test('reload says what has changed, and a broken file changes nothing', async () => {
  const proxy = await rooms.add(aProxy({ config: '[routing]\nmax_sessions = 10\n' }));
  await Bun.write(proxy.places.config, '[routing]\nmax_sessions = 20\n[clients]\nkeys = "required"\n');
  const response = await control(proxy, '/control/reload', { method: 'POST' });
  // The proxy watches the file as well, so that what is live may be in effect already.
  expect(await response.json()).toMatchObject({ waitingForRestart: ['clients.keys'] });
  await Bun.write(proxy.places.config, '[routing]\nmax_sessions = "many"\n');
  const broken = await control(proxy, '/control/reload', { method: 'POST' });
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ problem: { code: 'config-invalid' } });
});
