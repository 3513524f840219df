import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, benches, parsed } from '../help/a-command.ts';
import { anUpstream, apiError, type Upstream } from '../help/an-upstream.ts';
import { rawServer } from '../help/raw.ts';

const bench = benches();

interface Report {
  ok: boolean;
  checks: { name: string; is: string; says: string; fix?: string }[];
}

async function examine(made: Bench, words: string[] = ['--offline'], env: Record<string, string> = {}) {
  const { out, code } = await made.run(['doctor', '--json', ...words], {
    env: { CCPROXY_PORT: '0', ...env },
  });
  const report = parsed<Report>(out);
  return { ...report, code, of: (name: string) => report.checks.filter((check) => check.name === name) };
}

test('on a fresh machine it finds nothing wrong, and makes nothing', async () => {
  const made = bench();
  const { ok, code, of } = await examine(made);
  expect(ok).toBe(true);
  expect(code).toBe(0);
  expect(of('accounts')).toMatchObject([{ is: 'warn', fix: expect.stringContaining('auth add') }]);
  expect(readdirSync(made.folder)).toEqual(['user']);
});

test('mistakes in the settings are a failure with the line', async () => {
  const made = bench();
  mkdirSync(made.home, { mode: 0o700 });
  writeFileSync(join(made.home, 'config.toml'), '[log]\nlevel = "loud"\n', { mode: 0o600 });
  const { code, of } = await examine(made);
  expect(code).toBe(1);
  expect(of('settings')).toMatchObject([{ is: 'fail', says: expect.stringContaining('config.toml:2:1') }]);
});

if (process.platform !== 'win32') {
  test('files that others may read are named', async () => {
    const made = bench();
    await made.run(['config', 'init']);
    chmodSync(join(made.home, 'config.toml'), 0o644);
    const { code, of } = await examine(made);
    expect(code).toBe(1);
    const [home] = of('home');
    expect(home).toMatchObject({ is: 'fail', fix: expect.stringContaining('chmod') });
    expect(home?.says).toContain(join(made.home, 'config.toml'));
  });
}

test('a damaged database is a failure, and stays as it is', async () => {
  const made = bench();
  await made.run(['auth', 'add', 'mine', '--kind', 'passthrough']);
  const path = join(made.home, 'proxy.db');
  const bytes = readFileSync(path);
  bytes.fill(0x55, 4_096);
  writeFileSync(path, bytes);
  const { code, of } = await examine(made);
  expect(code).toBe(1);
  expect(of('database')).toMatchObject([{ is: 'fail' }]);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a vault whose key is gone is a failure that says so', async () => {
  const made = bench();
  await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], {
    input: 'sk-ant-x-planted',
  });
  const before = await examine(made);
  expect(before.of('vault')).toMatchObject([{ is: 'warn', says: expect.stringContaining('vault.key') }]);
  writeFileSync(join(made.home, 'vault.key'), Buffer.alloc(32, 7).toString('base64'));
  const { code, of } = await examine(made);
  expect(code).toBe(1);
  expect(of('vault')).toMatchObject([{ is: 'fail' }]);
});

test('a port that is taken is a failure that names who has it', async () => {
  const made = bench();
  const server = await rawServer(() => {});
  const { of } = await examine(made, ['--offline'], { CCPROXY_PORT: String(server.port) });
  await server.close();
  expect(of('proxy')).toMatchObject([
    { is: 'fail', says: expect.stringContaining(`Port ${server.port} is in use`) },
  ]);
});

test('a running proxy is asked how it is', async () => {
  const made = bench();
  await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], {
    input: 'sk-ant-x-planted',
  });
  const proxy = await made.start(['serve', '--port', '0']);
  const { of } = await examine(made);
  expect(of('proxy')).toMatchObject([{ is: 'ok', says: expect.stringContaining(proxy.url) }]);
  expect(of('accounts')).toMatchObject([{ is: 'ok', says: '1 of 1 ready' }]);
});

if (process.platform !== 'win32') {
  test('a database that was deleted under a running proxy is a failure, while there is something to save', async () => {
    const made = bench();
    await made.run(['auth', 'add', 'mine', '--kind', 'passthrough']);
    await made.start(['serve', '--port', '0']);
    rmSync(join(made.home, 'proxy.db'));
    const { of } = await examine(made);
    expect(of('database')).toMatchObject([{ is: 'fail', fix: expect.stringContaining('auth export') }]);
  });
}

test('each upstream is asked once, without a credential, for nothing that is paid', async () => {
  const upstream = await anUpstream(() =>
    apiError(404, 'not_found_error', ['date', new Date().toUTCString()]),
  );
  const made = bench();
  for (const name of ['a', 'b']) {
    await made.run(['auth', 'add', name, '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'], {
      input: 'sk-ant-x-planted',
    });
  }
  const { of } = await examine(made, []);
  await upstream.close();
  expect(of('upstream')).toMatchObject([{ is: 'ok', says: expect.stringContaining(upstream.url) }]);
  expect(of('clock')).toMatchObject([{ is: 'ok' }]);
  expect(upstream.calls.map(({ method, target }) => `${method} ${target}`)).toEqual(['HEAD /api/hello']);
  expect(upstream.served()).toEqual(['none']);
});

test('an account with a way out of its own is not asked the usual way', async () => {
  const upstream = await anUpstream(() => apiError(404, 'not_found_error'));
  const made = bench();
  const way = ['--base-url', upstream.url, '--proxy', 'http://127.0.0.1:1'];
  await made.run(['auth', 'add', 'a', '--kind', 'passthrough', ...way]);
  const { of } = await examine(made, []);
  await upstream.close();
  expect(of('upstream')).toMatchObject([{ is: 'ok', says: expect.stringContaining('auth test NAME') }]);
  expect(upstream.calls).toEqual([]);
});

test('an upstream that sends callers elsewhere is a warning', async () => {
  const upstream = await anUpstream(() => ({
    status: 308,
    headers: ['location', 'https://elsewhere.example/?token=planted'],
    body: undefined,
  }));
  const made = bench();
  await made.run(['auth', 'add', 'a', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'], {
    input: 'sk-ant-x-planted',
  });
  const { of } = await examine(made, []);
  await upstream.close();
  expect(of('upstream')).toMatchObject([
    { is: 'warn', says: `${upstream.url} redirects to https://elsewhere.example` },
  ]);
});

test('a clock that is wrong and an upstream that is gone are told', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
  const upstream = await anUpstream(() => apiError(404, 'not_found_error', ['date', yesterday]));
  const made = bench();
  const add = (name: string, url: string) =>
    made.run(['auth', 'add', name, '--kind', 'api-key', '--base-url', url, '--secret-stdin'], {
      input: 'sk-ant-x-planted',
    });
  await add('a', upstream.url);
  await add('b', 'http://127.0.0.1:9');
  const { code, of } = await examine(made, []);
  await upstream.close();
  expect(code).toBe(1);
  expect(of('clock')).toMatchObject([{ is: 'warn', says: 'is 1440 minutes ahead of the upstream' }]);
  expect(of('upstream').map(({ is }) => is)).toEqual(['ok', 'fail']);
});

/** A reverse proxy that calls `target` under its own address, as nginx does unless it is told otherwise. */
function front(headers: Record<string, string>) {
  const state = { target: '' };
  const server = Bun.serve({
    port: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const answer = await fetch(`${state.target}${pathname}`, { headers });
      return new Response(await answer.arrayBuffer(), answer);
    },
  });
  return { state, url: `http://localhost:${server.port}`, close: () => server.stop(true) };
}

/** The settings of a proxy that `url` leads to. */
const behind = (url: string, upstream: Upstream): Record<string, string> => ({
  CCPROXY_SERVER_PUBLIC_URL: url,
  CCPROXY_SERVER_TRUSTED_PROXIES: '127.0.0.1',
  CCPROXY_UPSTREAM_BASE_URL: upstream.url,
});

test.each([
  ['sets no forwarding header is a failure', {}, 'fail', 'count as programs of this machine'],
  ['sets one is well', { 'x-forwarded-for': '192.0.2.7' }, 'ok', 'count as callers from elsewhere'],
])('a reverse proxy on this machine that %s', async (_, headers, is, says) => {
  const before = front(headers);
  const upstream = await anUpstream(() => apiError(404, 'not_found_error'));
  const made = bench();
  const env = behind(before.url, upstream);
  const proxy = await made.start(['serve', '--port', '0'], { env });
  before.state.target = proxy.url;
  const { of } = await examine(made, [], env);
  expect(of('reverse proxy')).toMatchObject([{ is, says: expect.stringContaining(says) }]);
  expect((await examine(made, ['--offline'], env)).of('reverse proxy')).toMatchObject([{ is: 'ok' }]);
  await before.close();
  await upstream.close();
});

test('a public URL that does not lead here is a warning', async () => {
  const upstream = await anUpstream(() => apiError(404, 'not_found_error'));
  const made = bench();
  const env = behind(`http://localhost:${upstream.port}`, upstream);
  await made.start(['serve', '--port', '0'], { env });
  expect((await examine(made, [], env)).of('reverse proxy')).toMatchObject([
    { is: 'warn', says: expect.stringContaining('it answered 404') },
  ]);
  await upstream.close();
});

test('where nobody has declared one it is said what would happen, once there are client keys', async () => {
  const made = bench();
  expect((await examine(made)).of('reverse proxy')).toEqual([]);
  await made.run(['keys', 'create', 'ci']);
  expect((await examine(made)).of('reverse proxy')).toMatchObject([
    { is: 'ok', says: expect.stringContaining('docs/reverse-proxy.md') },
  ]);
});

test('settings of Claude Code that lead elsewhere are a warning', async () => {
  const made = bench();
  mkdirSync(join(made.env['HOME'] ?? '', '.claude'));
  writeFileSync(
    join(made.env['HOME'] ?? '', '.claude', 'settings.json'),
    '{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}',
  );
  const { of } = await examine(made, ['--offline'], { CCPROXY_PORT: '28414' });
  expect(of('claude code')).toMatchObject([
    { is: 'warn', says: expect.stringContaining('http://127.0.0.1:1') },
  ]);
});

test('Claude Code that was set up before there were keys is a failure, until it is set up again', async () => {
  const made = bench();
  const { url } = await made.start(['serve', '--port', '0']);
  const port = { CCPROXY_PORT: new URL(url).port };
  await made.run(['setup', 'claude'], { env: port });
  expect((await examine(made)).of('claude code')).toMatchObject([{ is: 'ok' }]);
  const created = await made.run(['keys', 'create', 'ci'], { env: port });
  expect(created.err).toContain('settings.json was written while none was needed');
  const { code, of } = await examine(made);
  expect(code).toBe(1);
  expect(of('claude code')).toMatchObject([
    {
      is: 'fail',
      says: expect.stringContaining('without a client key'),
      fix: expect.stringContaining('setup'),
    },
  ]);
  await made.run(['setup', 'claude'], { env: port });
  expect((await examine(made)).of('claude code')).toMatchObject([{ is: 'ok' }]);
});
