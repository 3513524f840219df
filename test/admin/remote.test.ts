import { afterEach, beforeEach, expect, test } from 'bun:test';
import { findRunning, RemoteProxy } from '../../src/admin/remote.ts';
import { readRunFile, writeRunFile } from '../../src/admin/run-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { longestOpeningMs } from '../../src/base/opening.ts';
import { readExport } from '../../src/accounts/portable.ts';
import { Secret } from '../../src/base/secret.ts';
import { openWithPassphrase } from '../../src/credentials/passphrase-seal.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { header } from '../../src/http/headers.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, json } from '../help/an-upstream.ts';

const temporary = temporaryFolders();
const rooms = new Rooms();
let sender: Sender;
beforeEach(() => {
  sender = openSender({ clock: wallClock });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

async function found(proxy: Proxy): Promise<RemoteProxy> {
  const remote = await findRunning(proxy.places.run, sender);
  if (remote === undefined) throw new Error('the proxy was not found');
  return remote;
}

test('a running proxy is found by its file, and no other is', async () => {
  const proxy = await rooms.add(aProxy());
  expect((await found(proxy)).running.url).toBe(proxy.url);
  await proxy.stop();
  expect(await findRunning(proxy.places.run, sender)).toBeUndefined();
});

test('accounts are added, switched and removed in the running proxy', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  const added = await remote.addAccount(
    { name: 'work', kind: 'api-key' },
    new Secret('sk-ant-api03-planted'),
  );
  expect(added).toMatchObject({ name: 'work', kind: 'api-key', standing: { is: 'ready' } });
  expect((await remote.setAccountEnabled('WORK', false)).standing).toMatchObject({ is: 'switched-off' });
  expect((await remote.status()).totals).toMatchObject({ accounts: 1, ready: 0, switchedOff: 1 });
  expect((await remote.setAccountEnabled('work', true)).standing).toEqual({ is: 'ready' });
  expect(await remote.removeAccount(added.id)).toMatchObject({ account: { name: 'work' }, givenBack: null });
  expect(await remote.listAccounts()).toEqual([]);
});

test('a name with slashes and spaces is one name', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [{ name: 'a/b c?', kind: 'passthrough' }] }));
  expect((await (await found(proxy)).getAccount('a/b c?')).name).toBe('a/b c?');
});

test('no answer holds a secret', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  await remote.addAccount({ name: 'work', kind: 'api-key' }, new Secret('sk-ant-api03-planted'));
  const { key } = await remote.createKey({ name: 'laptop' });
  const seen = JSON.stringify([await remote.status(), await remote.listAccounts(), await remote.listKeys()]);
  expect(seen).not.toContain('planted');
  expect(seen).not.toContain(key);
  expect(JSON.stringify(proxy.lines)).not.toContain('planted');
  expect(JSON.stringify(proxy.lines)).not.toContain(key);
});

test('settings and secrets are changed in the running proxy, null takes a value away', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  const proxied = { name: 'work', kind: 'api-key' as const, proxy: 'http://10.0.0.1:3128' };
  const added = await remote.addAccount(proxied, new Secret('sk-1'), new Secret('ann:planted'));
  expect(added).toMatchObject({ proxy: 'http://10.0.0.1:3128', proxyHasLogin: true });
  const changes = { priority: 3, maxConcurrent: 2 };
  const changed = await remote.changeAccount('work', changes, {
    secret: new Secret('sk-2'),
    proxyLogin: null,
  });
  expect(changed).toMatchObject({ ...changes, proxyHasLogin: false });
  expect(await remote.changeAccount('work', { maxConcurrent: null, proxy: null })).toMatchObject({
    maxConcurrent: null,
    proxy: null,
    priority: 3,
  });
  const wrong = await problemOf(remote.changeAccount('work', { priority: 5_000 }));
  expect(wrong.code).toBe('account-invalid');
});

test('certificates of a company fit into the body of an account', async () => {
  const folder = temporary();
  const { pem } = aCertificate(folder, 'Company Root');
  const proxy = await rooms.add(aProxy());
  const extraCa = pem.repeat(400);
  const { extraCa: seen } = await (
    await found(proxy)
  ).addAccount({ name: 'a', kind: 'passthrough', extraCa });
  expect(seen.length).toBe(400);
  expect(seen[0]?.subject).toBe('Company Root');
});

test('accounts are tested and turned in the running proxy', async () => {
  const upstream = await rooms.add(anUpstream(() => json(200, { data: [] })));
  const account = { kind: 'api-key' as const, baseUrl: upstream.url };
  const accounts = ['a', 'b'].map((name) => ({ ...account, name, secret: `sk-${name}` }));
  const proxy = await rooms.add(aProxy({ accounts }));
  const remote = await found(proxy);
  expect(await remote.testAccount('b')).toMatchObject({ works: true, code: 'works', status: 200 });
  expect(upstream.served()).toEqual(['sk-b']);
  const { preferred, before } = await remote.rotateAccounts();
  expect([preferred.name, before.name]).toEqual(['b', 'a']);
  expect(preferred.priority).toBeLessThan(before.priority);
  await remote.setAccountEnabled('a', false);
  expect((await problemOf(remote.rotateAccounts())).code).toBe('nothing-to-rotate');
});

test('only sign-ins are refreshed', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [{ name: 'work', kind: 'passthrough' }] }));
  expect((await problemOf((await found(proxy)).refreshAccount('work'))).code).toBe('refresh-unneeded');
});

test('accounts leave sealed, and are taken elsewhere as they were', async () => {
  const account = { name: 'work', kind: 'api-key' as const, priority: 3, secret: 'sk-ant-api03-planted' };
  const here = await rooms.add(aProxy({ accounts: [account] }));
  const there = await rooms.add(aProxy());
  const passphrase = new Secret('a long passphrase');
  const { sealed, names } = await (await found(here)).exportAccounts([], passphrase);
  expect(names).toEqual(['work']);
  expect(sealed).not.toContain('planted');
  const opened = await openWithPassphrase(sealed, passphrase);
  const [portable] = readExport(JSON.parse(opened?.reveal() ?? '')) ?? [];
  const remote = await found(there);
  const taken = await remote.importAccount(portable!, { replaces: false });
  expect(taken).toMatchObject({ is: 'added', account: { name: 'work', priority: 3 } });
  expect((await remote.importAccount(portable!, { replaces: false })).is).toBe('kept');
  expect(JSON.stringify([here.lines, there.lines])).not.toMatch(/planted|long passphrase/);
});

test('keys are created, listed and revoked by name or beginning', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  const first = await remote.createKey({ name: 'laptop', requestsPerMinute: 60 });
  expect(first.key).toStartWith('ccp-');
  expect(first.view).toMatchObject({ name: 'laptop', state: 'active', requestsPerMinute: 60 });
  const second = await remote.createKey({ name: 'ci' });
  expect((await remote.revokeKey('laptop')).state).toBe('revoked');
  expect((await remote.revokeKey(second.view.hint)).id).toBe(second.view.id);
  expect((await remote.listKeys()).map(({ state }) => state)).toEqual(['revoked', 'revoked']);
});

test('a problem of the proxy arrives with its code and what to do', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  expect(await problemOf(remote.getAccount('nobody'))).toMatchObject({ code: 'account-unknown' });
  const wrong = await problemOf(remote.addAccount({ name: '', kind: 'api-key' }));
  expect(wrong.code).toBe('account-invalid');
  expect(wrong.fix).not.toBe('');
  expect((await problemOf(remote.revokeKey('nobody'))).code).toBe('key-unknown');
});

test('the key of this machine is made once, and anew after it was revoked', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  const first = (await remote.localKey()).reveal();
  expect((await remote.localKey()).reveal()).toBe(first);
  await remote.revokeKey('this machine');
  const second = (await remote.localKey()).reveal();
  expect(second).not.toBe(first);
  expect((await remote.localKey()).reveal()).toBe(second);
});

test('two commands that ask for the key of this machine at once get the same one', async () => {
  const proxy = await rooms.add(aProxy());
  const remote = await found(proxy);
  const keys = await Promise.all([1, 2, 3].map(async () => (await remote.localKey()).reveal()));
  expect(new Set(keys).size).toBe(1);
});

test('stop ends the proxy after its answer', async () => {
  const proxy = await rooms.add(aProxy());
  await (await found(proxy)).stop();
  await proxy.server.stopped;
  expect(await readRunFile(proxy.places.run)).toBeUndefined();
});

test('a successor may take as long to come up as any start', async () => {
  const { running } = await found(await rooms.add(aProxy()));
  const waits: number[] = [];
  const asking: Sender = {
    ...sender,
    send: ({ headMs }) => {
      waits.push(headMs);
      return Promise.reject(new Error('nobody is asked'));
    },
  };
  expect((await problemOf(new RemoteProxy(running, asking).succeed())).code).toBe('proxy-unreachable');
  expect(waits[0]).toBeGreaterThan(longestOpeningMs);
});

test('a stranger on the port of a proxy that died is sent neither token nor secret', async () => {
  const proxy = await rooms.add(aProxy());
  const written = await readRunFile(proxy.places.run);
  await proxy.stop();
  if (written === undefined) throw new Error('no run file');
  const stranger = await rooms.add(anUpstream(() => json(200, { proof: 'x'.repeat(43), pid: 1 })));
  await writeRunFile(proxy.places.run, { ...written, pid: process.pid, controlUrl: stranger.url });
  expect(await findRunning(proxy.places.run, sender)).toBeUndefined();
  expect(stranger.calls.map(({ target }) => target)).toEqual(['/control/hello']);
  const [hello] = stranger.calls;
  expect(header(hello?.headers ?? [], 'x-ccproxy-control')).toBeUndefined();
  expect(hello?.body.toString()).not.toContain(written.controlToken.reveal());
});
