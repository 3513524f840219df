import { afterEach, expect, test } from 'bun:test';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import { aProxy, type Proxy, Rooms } from '../help/a-proxy.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { Visitor } from '../help/a-visitor.ts';
import { control } from '../help/some-people.ts';

/* Remove waits ten seconds for an Undo, and then took the account away whatever had been done about it meanwhile. */

const rooms = new Rooms();
afterEach(() => rooms.close());

async function accountsOf(proxy: Proxy): Promise<readonly AccountView[]> {
  return (await (await fetch(`${proxy.url}/status/accounts`)).json()) as AccountView[];
}

const folder = temporaryFolders();

async function aRemoval(): Promise<{ proxy: Proxy; visitor: Visitor; id: string; home: string }> {
  const home = folder();
  const accounts = [{ name: 'team', kind: 'api-key' as const, secret: 'sk-ant-api03-old' }];
  const proxy = await rooms.add(aProxy({ home, accounts }));
  const [{ id } = { id: '' }] = await accountsOf(proxy);
  const visitor = new Visitor(proxy.url);
  expect((await visitor.send('/accounts', `/accounts/${id}/remove`)).status).toBe(200);
  return { proxy, visitor, id, home };
}

test('an account that a command switches on again is still there when nothing waits any longer', async () => {
  const { proxy, id, home } = await aRemoval();
  expect((await control(proxy, 'POST', '/control/accounts/team/enable')).status).toBe(200);
  // A proxy that stops waits no longer.
  await proxy.stop();
  const next = await rooms.add(aProxy({ home }));
  expect((await accountsOf(next)).map((account) => [account.id, account.enabled])).toEqual([[id, true]]);
});

test('an import brings the account of the file, and not that on its way out', async () => {
  const { proxy, visitor } = await aRemoval();
  const form = new FormData();
  const account = { name: 'Team', kind: 'api-key', secret: 'sk-ant-api03-new' };
  const file = { format: 'claude-code-proxy accounts', version: 1, accounts: [account] };
  form.set('file', new File([JSON.stringify(file)], 'accounts.json'));
  const done = await visitor.send('/accounts', '/accounts/import', form);
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('added')]);
  expect((await accountsOf(proxy)).map(({ name, enabled }) => [name, enabled])).toEqual([['Team', true]]);
});

/** All accounts with whether they are on, now and after a proxy that waits for nothing has stopped. */
async function whatStays(proxy: Proxy, home: string): Promise<unknown> {
  const namesOf = async (one: Proxy) =>
    (await accountsOf(one)).map(({ name, enabled }) => `${name} ${enabled ? 'on' : 'off'}`);
  const now = await namesOf(proxy);
  await proxy.stop();
  return { now, later: await namesOf(await rooms.add(aProxy({ home }))) };
}

test('a plain import by a command brings the account of the file as well, and it stays', async () => {
  const { proxy, id, home } = await aRemoval();
  const account = { id, name: 'team', kind: 'api-key', secret: 'sk-ant-api03-new' };
  const done = await control(proxy, 'POST', '/control/import', { account, replaces: false });
  expect([done.status, await done.json()]).toEqual([200, expect.objectContaining({ is: 'added' })]);
  expect(await whatStays(proxy, home)).toEqual({ now: ['team on'], later: ['team on'] });
});

test('a new account may have the name of one on its way out, which a wrong one costs nobody an Undo', async () => {
  const { proxy, visitor, id, home } = await aRemoval();
  const add = (account: object): Promise<Response> =>
    control(proxy, 'POST', '/control/accounts', { account, secret: 'sk-ant-api03-new' });
  expect((await add({ name: 'team', kind: 'no such kind' })).status).toBe(400);
  expect((await visitor.send('/accounts', `/accounts/${id}/undo`)).status).toBe(200);
  expect((await visitor.send('/accounts', `/accounts/${id}/remove`)).status).toBe(200);
  expect((await add({ name: 'Team', kind: 'api-key' })).status).toBe(201);
  expect(await whatStays(proxy, home)).toEqual({ now: ['Team on'], later: ['Team on'] });
});

test('another account may take the name of one on its way out', async () => {
  const { proxy, home } = await aRemoval();
  const other = { account: { name: 'other', kind: 'api-key' }, secret: 'sk-ant-api03-other' };
  expect((await control(proxy, 'POST', '/control/accounts', other)).status).toBe(201);
  const changed = await control(proxy, 'PATCH', '/control/accounts/other', { changes: { name: 'team' } });
  expect(changed.status).toBe(200);
  expect(await whatStays(proxy, home)).toEqual({ now: ['team on'], later: ['team on'] });
});
