import { afterEach, describe, expect, it } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunning } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anOutboundProxy } from '../help/an-outbound-proxy.ts';
import { anUpstream, json, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const post = (proxy: Proxy): Promise<Response> =>
  fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}' });

async function remoteOf(proxy: Proxy) {
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: async () => sender.close() }));
  const remote = await findRunning(proxy.places.run, sender);
  if (remote === undefined) throw new Error('the proxy was not found');
  return remote;
}

describe('an account with an outbound proxy', () => {
  it('goes that way with everything, and says there what the vault knows', async () => {
    const up = await rooms.add(
      anUpstream(({ target }) => (target.startsWith('/v1/models') ? json(200, { data: [] }) : message())),
    );
    const way = await rooms.add(anOutboundProxy('ann:p@ss:wörd'));
    const proxy = await rooms.add(aProxy());
    const remote = await remoteOf(proxy);
    const draft = { name: 'work', kind: 'api-key' as const, baseUrl: up.url, proxy: way.url };
    await remote.addAccount(draft, new Secret('sk-1'), new Secret('ann:p@ss:wörd'));
    expect((await post(proxy)).status).toBe(200);
    await fetch(`${proxy.url}/v1/models`);
    expect((await remote.testAccount('work')).works).toBe(true);
    expect(up.calls.length).toBe(3);
    expect(new Set(way.tunnels)).toEqual(new Set([`127.0.0.1:${up.port}`]));
  });

  it('whose login is wrong serves nothing and goes no other way; the next account serves', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const way = await rooms.add(anOutboundProxy('ann:right'));
    const proxy = await rooms.add(aProxy());
    const remote = await remoteOf(proxy);
    const account = { kind: 'api-key' as const, baseUrl: up.url };
    const proxied = { ...account, name: 'work', priority: 1, proxy: way.url };
    await remote.addAccount(proxied, new Secret('sk-1'), new Secret('ann:wrong'));
    await remote.addAccount({ ...account, name: 'spare' }, new Secret('sk-2'));
    const answer = await post(proxy);
    expect([answer.status, answer.headers.get('x-ccproxy-account')]).toEqual([200, 'spare']);
    expect(up.served()).toEqual(['sk-2']);
    expect(await remote.testAccount('work')).toMatchObject({ works: false, code: 'proxy-login-refused' });
    await remote.changeAccount('work', {}, { proxyLogin: new Secret('ann:right') });
    expect(await remote.testAccount('work')).toMatchObject({ works: true });
    expect(way.refused()).toBe(2);
  });
});

describe('an account with certificates of its own', () => {
  it('reaches an upstream that the others do not trust', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    await rooms.add(Promise.resolve({ close: async () => rmSync(folder, { recursive: true }) }));
    const { cert, key, pem } = aCertificate(folder, 'Company Root');
    // A proxy of ours is as good an upstream over TLS as any.
    const plain = await rooms.add(anUpstream(() => message()));
    const upstream = await rooms.add(
      aProxy({
        accounts: [{ name: 'a', kind: 'api-key', baseUrl: plain.url, secret: 'sk-up' }],
        config: `[server]\ntls_cert = "${cert}"\ntls_key = "${key}"\n`,
      }),
    );
    const proxy = await rooms.add(aProxy());
    const remote = await remoteOf(proxy);
    await remote.addAccount({ name: 'work', kind: 'api-key', baseUrl: upstream.url }, new Secret('sk-1'));
    expect(await remote.testAccount('work')).toMatchObject({ works: false, status: null });
    await remote.changeAccount('work', { extraCa: pem });
    expect((await post(proxy)).status).toBe(200);
    expect(plain.served()).toEqual(['sk-up']);
  });
});
