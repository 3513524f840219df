import { afterEach, describe, expect, it } from 'bun:test';
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ByteSink, ByteSource } from '../../src/http/bytes.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { findRunning } from '../../src/admin/remote.ts';
import { openStores } from '../../src/server/stores.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** Waits until `holds`, for at most ten seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function replace(proxy: Proxy, text: string): void {
  const fresh = `${proxy.places.config}.new`;
  writeFileSync(fresh, text);
  renameSync(fresh, proxy.places.config);
}

const asAdmin = async (proxy: Proxy): Promise<number> =>
  (await fetch(`${proxy.url}/v1/organizations/me`)).status;

describe('a saved config.toml', () => {
  it('takes effect without dropping a stream', async () => {
    const sink = Promise.withResolvers<ByteSink>();
    const source: ByteSource = { start: sink.resolve, pause: () => {}, resume: () => {}, cancel: () => {} };
    const up = await rooms.add(
      anUpstream(({ target }) =>
        target === '/v1/messages' ? { status: 200, headers: [], body: source } : message(),
      ),
    );
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
    const proxy = await rooms.add(aProxy({ accounts, config: '' }));
    const streaming = fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}' });
    const to = await sink.promise;
    to.chunk(Buffer.from('first'));
    expect(await asAdmin(proxy)).toBe(403);
    replace(proxy, '[upstream]\nallow_admin_paths = true\n');
    await until(async () => (await asAdmin(proxy)) === 200);
    to.chunk(Buffer.from(' last'));
    to.end();
    expect(await (await streaming).text()).toBe('first last');
  });

  it('that is broken is reported with its line, and the old settings stay', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
    const proxy = await rooms.add(aProxy({ accounts, config: '[upstream]\nallow_admin_paths = true\n' }));
    replace(proxy, '[upstream]\nallow_admin_path = 3\n');
    await until(() =>
      proxy.lines.some(
        ({ event, level }) => level === 'error' && String(event).startsWith('settings not usable'),
      ),
    );
    const line = proxy.lines.find(({ event }) => String(event).startsWith('settings not usable'));
    expect(String(line!['reason'])).toContain('config.toml:2');
    expect(String(line!['reason'])).toContain('allow_admin_paths');
    expect(await asAdmin(proxy)).toBe(200);
  });
});

describe('TLS', () => {
  it('is served with the certificate of the settings, and with the renewed one once it is renewed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    await rooms.add(Promise.resolve({ close: async () => rmSync(folder, { recursive: true }) }));
    const first = aCertificate(folder, 'first');
    const second = aCertificate(folder, 'second');
    const clock = new HandClock(Date.now());
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
    const config = `[server]\ntls_cert = "${first.cert}"\ntls_key = "${first.key}"\n`;
    const proxy = await rooms.add(aProxy({ accounts, config, clock }));
    expect(proxy.url).toStartWith('https://');
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"m"}',
      tls: { ca: first.pem },
    } as RequestInit);
    expect(answer.status).toBe(200);
    expect(await commonName(proxy.port)).toBe('first');
    await until(async () => {
      cpSync(second.cert, first.cert);
      cpSync(second.key, first.key);
      await clock.turn(10_000);
      return (await commonName(proxy.port)) === 'second';
    });
  });

  it('refuses a key that belongs to another certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    await rooms.add(Promise.resolve({ close: async () => rmSync(folder, { recursive: true }) }));
    const [a, b] = [aCertificate(folder, 'a'), aCertificate(folder, 'b')];
    const starting = aProxy({ config: `[server]\ntls_cert = "${a.cert}"\ntls_key = "${b.key}"\n` });
    await expect(starting).rejects.toMatchObject({ code: 'tls-invalid' });
  });
});

function commonName(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('an account added by another process', () => {
  it('serves the next calls without a restart', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const proxy = await rooms.add(aProxy({}));
    const post = (): Promise<Response> =>
      fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}' });
    expect((await post()).status).toBe(503);
    const other = await openStores({
      places: proxy.places,
      env: {},
      createKey: 'create',
      clock: wallClock,
      log: silentLog,
    });
    await other.accounts.add(
      { name: 'ann', kind: 'api-key', baseUrl: up.url },
      new Secret('sk-ant-api03-late'),
    );
    await other.close();
    await until(async () => (await post()).status === 200);
    expect(up.served()).toContain('sk-ant-api03-late');
  });
});

describe('a running proxy', () => {
  const post = (proxy: Proxy, name?: string): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"m"}',
      headers: name === undefined ? {} : { 'x-account-name': name },
    });
  const standings = async (proxy: Proxy): Promise<Record<string, string>> => {
    const all = (await (await fetch(`${proxy.url}/status/accounts`)).json()) as {
      name: string;
      standing: { is: string };
    }[];
    return Object.fromEntries(all.map(({ name, standing }) => [name, standing.is]));
  };
  const remoteOf = async (proxy: Proxy) => {
    const sender = openSender({ clock: wallClock });
    await rooms.add(Promise.resolve({ close: async () => sender.close() }));
    const remote = await findRunning(proxy.places.run, sender);
    if (remote === undefined) throw new Error('the proxy was not found');
    return remote;
  };

  it('serves with the first account as soon as that is added through it', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const proxy = await rooms.add(aProxy({}));
    const remote = await remoteOf(proxy);
    expect((await post(proxy)).status).toBe(503);
    await remote.addAccount({ name: 'ann', kind: 'api-key', baseUrl: up.url }, new Secret('sk-ant-api03-a'));
    expect((await post(proxy)).status).toBe(200);
  });

  it('heals an account whose key was replaced, and leaves the others where they stand', async () => {
    const up = await rooms.add(
      anUpstream(({ credential }) =>
        credential === 'sk-good' ? message() : apiError(401, 'authentication_error'),
      ),
    );
    const account = { kind: 'api-key' as const, baseUrl: up.url };
    const accounts = [
      { ...account, name: 'ann', secret: 'sk-bad' },
      { ...account, name: 'bob', secret: 'sk-worse' },
    ];
    const proxy = await rooms.add(aProxy({ accounts }));
    const remote = await remoteOf(proxy);
    await post(proxy);
    expect(await standings(proxy)).toEqual({ ann: 'signed-out', bob: 'signed-out' });
    await remote.changeAccount('ann', {}, { secret: new Secret('sk-good') });
    expect(await standings(proxy)).toEqual({ ann: 'ready', bob: 'signed-out' });
    expect((await post(proxy, 'ann')).status).toBe(200);
    await remote.changeAccount('bob', { name: 'robert', priority: 1, notes: 'n' });
    expect(await standings(proxy)).toEqual({ ann: 'ready', robert: 'signed-out' });
  });

  it('keeps sessions on an account that is renamed', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const account = { kind: 'api-key' as const, baseUrl: up.url };
    const accounts = ['a', 'b', 'c'].map((name) => ({ ...account, name, secret: `sk-${name}` }));
    const proxy = await rooms.add(aProxy({ accounts }));
    const inSession = (): Promise<Response> =>
      fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        body: '{"model":"m"}',
        headers: { 'x-claude-code-session-id': 'session-1' },
      });
    await inSession();
    const [home = ''] = up.served();
    await (await remoteOf(proxy)).changeAccount(home.slice(3), { name: 'another name' });
    for (let count = 0; count < 5; count += 1) await inSession();
    expect(new Set(up.served())).toEqual(new Set([home]));
  });

  it('takes over a mounted file that is replaced, without forgetting where the other accounts stand', async () => {
    const up = await rooms.add(
      anUpstream(({ credential }) =>
        credential === 'sk-good' ? message() : apiError(401, 'authentication_error'),
      ),
    );
    const folder = mkdtempSync(join(tmpdir(), 'mounted-'));
    await rooms.add(Promise.resolve({ close: async () => rmSync(folder, { recursive: true }) }));
    const path = join(folder, 'accounts.json');
    const write = (...keys: string[]): void => {
      const all = keys.map((secret, at) => ({ name: `n${at}`, kind: 'api-key', base_url: up.url, secret }));
      writeFileSync(`${path}.new`, JSON.stringify({ accounts: all }));
      renameSync(`${path}.new`, path);
    };
    write('sk-bad', 'sk-worse');
    const proxy = await rooms.add(aProxy({ config: `[accounts]\nfile = "${path}"\n` }));
    await post(proxy);
    expect(await standings(proxy)).toEqual({ n0: 'signed-out', n1: 'signed-out' });
    write('sk-good', 'sk-worse', 'sk-good');
    await until(async () => (await standings(proxy))['n2'] === 'ready');
    expect(await standings(proxy)).toEqual({ n0: 'ready', n1: 'signed-out', n2: 'ready' });
    expect((await post(proxy, 'n0')).status).toBe(200);
  });

  it('uses a token that another process has refreshed, without forgetting that the account rests', async () => {
    const up = await rooms.add(
      anUpstream(({ credential }) =>
        credential === 'access-2' ? message() : apiError(429, 'rate_limit_error', ['retry-after', '60']),
      ),
    );
    const proxy = await rooms.add(aProxy({}));
    const other = await rooms.add(
      openStores({ places: proxy.places, env: {}, createKey: 'create', clock: wallClock, log: silentLog }),
    );
    const { id } = await other.accounts.add({
      name: 'team',
      kind: 'oauth',
      provider: 'company',
      baseUrl: up.url,
    });
    const first = aTokenSet('1');
    await other.accounts.signIn('team', first);
    await until(async () => (await standings(proxy))['team'] === 'ready');
    await post(proxy);
    expect(await standings(proxy)).toEqual({ team: 'resting' });
    await other.accounts.tokens.replace(id, first, aTokenSet('2'));
    await until(async () => {
      await (await remoteOf(proxy)).testAccount('team');
      return up.served().includes('access-2');
    });
    expect(await standings(proxy)).toEqual({ team: 'resting' });
  });
});
