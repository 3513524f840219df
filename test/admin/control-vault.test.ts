import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';

const rooms = new Rooms();
let sender: Sender;
beforeEach(() => {
  sender = openSender({ clock: wallClock });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

const account = { name: 'work', kind: 'api-key', secret: 'sk-ant-api03-planted-key' } as const;
const [first, second] = [new Secret('planted correct horse'), new Secret('planted battery staple')];

async function found(proxy: Proxy): Promise<RemoteProxy> {
  const remote = await findRunning(proxy.places.run, sender);
  if (remote === undefined) throw new Error('the proxy was not found');
  return remote;
}

/** Posts `body` with the token of this run, or without any. */
async function post(proxy: Proxy, path: string, body: unknown, hasToken = true): Promise<number> {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const response = await fetch(`${proxy.url}/control/vault/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(hasToken && { 'x-ccproxy-control': token }) },
    body: JSON.stringify(body),
  });
  return response.status;
}

test('a command sees the vault as the running proxy does', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  expect(await (await found(proxy)).vault.state()).toMatchObject({
    path: proxy.places.credentials,
    secrets: 1,
    backend: 'key-file',
    detail: join(proxy.places.home, 'vault.key'),
    problem: null,
    spareKeys: 0,
  });
});

test('the running proxy gives its vault another key and goes on using it', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const { vault } = await found(proxy);
  const moved = await vault.rekey({ backend: 'passphrase', passphrase: first });
  expect(moved).toMatchObject({ from: 'key-file', to: 'passphrase', oldKeyIn: null });
  await vault.changePassphrase(first, second);
  expect((await problemOf(vault.changePassphrase(first, second))).code).toBe('vault-wrong-passphrase');
  const added = await (
    await found(proxy)
  ).addAccount({ name: 'more', kind: 'api-key' }, new Secret('sk-ant-x'));
  expect(added.name).toBe('more');
  const given = await vault.rekey({ backend: 'environment', key: new Secret('ab'.repeat(32)) });
  expect(given).toMatchObject({ from: 'passphrase', to: 'environment' });
  expect(await vault.state()).toMatchObject({ backend: 'environment', secrets: 2, problem: null });
});

test('the key of an empty vault goes where a command chose, while the proxy has nobody to ask', async () => {
  const proxy = await rooms.add(aProxy());
  const { vault } = await found(proxy);
  expect(await vault.prepare()).toMatchObject({ is: 'undecided', wants: 'place' });
  expect(await vault.prepare({ backend: 'passphrase', passphrase: first })).toEqual({ is: 'ready' });
  await (await found(proxy)).addAccount({ name: 'work', kind: 'api-key' }, new Secret('sk-ant-x'));
  expect(await vault.state()).toMatchObject({ backend: 'passphrase', secrets: 1 });
});

test('no passphrase and no key stands in the log, in an answer or in a file', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const { vault } = await found(proxy);
  const key = new Secret(`${'AbCd'.repeat(10)}AbC`);
  const said = [
    await vault.rekey({ backend: 'passphrase', passphrase: first }),
    await vault.state(),
    await vault.rekey({ backend: 'environment', key }),
    await vault.state(),
  ];
  const stored = readFileSync(proxy.places.credentials, 'utf8');
  const everything = JSON.stringify([said, proxy.lines, stored]);
  expect(everything).not.toContain('planted');
  expect(everything).not.toContain(key.reveal());
  expect(proxy.lines.map(({ event }) => event)).toContain('the vault has another key');
});

test('nobody without the token of this run changes anything', async () => {
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const before = readFileSync(proxy.places.credentials, 'utf8');
  const bodies = {
    prepare: { first: { backend: 'key-file' } },
    rekey: { to: 'key-file' },
    passphrase: { current: 'a', next: 'b' },
  };
  for (const [path, body] of Object.entries(bodies)) expect(await post(proxy, path, body, false)).toBe(403);
  expect(readFileSync(proxy.places.credentials, 'utf8')).toBe(before);
});

test('a body that is not right is refused whole', async () => {
  const proxy = await rooms.add(aProxy());
  expect(await post(proxy, 'rekey', { to: 'nowhere' })).toBe(400);
  expect(await post(proxy, 'rekey', { to: 'key-file', extra: 1 })).toBe(400);
  expect(await post(proxy, 'prepare', { first: { backend: 'passphrase' } })).toBe(400);
  expect(await post(proxy, 'passphrase', { current: 'a' })).toBe(400);
});
