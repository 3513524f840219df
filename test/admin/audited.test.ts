import { afterEach, expect, it } from 'bun:test';
import { auditedCaptures } from '../../src/admin/audited.ts';
import type { Captures } from '../../src/admin/captures.ts';
import { onBehalfOf } from '../../src/admin/pages/asker.ts';
import { gatewayErrorOf } from '../help/a-failure.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, changesIn, control, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

it('whatever a command changes is written down, without its secrets', async () => {
  const proxy = await rooms.add(aProxy());
  const secret = 'sk-ant-api03-very-secret-indeed';
  await control(proxy, 'POST', '/control/accounts', { account: { name: 'work', kind: 'api-key' }, secret });
  await control(proxy, 'PATCH', '/control/accounts/work', { changes: { notes: 'x' }, secret: `${secret}-2` });
  await control(proxy, 'POST', '/control/accounts/work/disable');
  await control(proxy, 'POST', '/control/accounts/work/enable');
  await control(proxy, 'POST', '/control/export', { names: [], passphrase: 'a long passphrase' });
  await control(proxy, 'POST', '/control/keys', { name: 'laptop', role: 'viewer' });
  await control(proxy, 'PATCH', '/control/keys/laptop', { owner: 'ann' });
  await control(proxy, 'DELETE', '/control/keys/laptop');
  await control(proxy, 'POST', '/control/log/level', { level: 'debug', seconds: 10 });
  await control(proxy, 'POST', '/control/reload');
  await control(proxy, 'DELETE', '/control/accounts/work');
  expect(await changesIn(proxy)).toEqual([
    'a command account.added work',
    'a command account.changed work',
    'a command account.switched-off work',
    'a command account.switched-on work',
    'a command account.exported',
    'a command key.created laptop',
    'a command key.changed laptop',
    'a command key.revoked laptop',
    'a command log.level',
    'a command settings.reloaded',
    'a command account.removed work',
  ]);
  const answer = await control(proxy, 'POST', '/control/reports/changes', { limit: 100 });
  const text = await answer.text();
  expect(text).toContain('notes secret');
  expect(text).not.toMatch(/very-secret|long passphrase/);
});

it('what the page changes is written down with who and from where, also when it happens later', async () => {
  const accounts = [{ name: 'work', kind: 'api-key' as const, secret: 'sk-ant-api03-work' }];
  const proxy = await aProxy({ accounts });
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  const id = /acc_\w+/.exec(await (await ann.get('/accounts')).text())?.[0] ?? '';
  await ann.send('/accounts', `/accounts/${id}/rename`, { name: 'office' });
  await ann.send('/accounts', `/accounts/${id}/remove`);
  // A stop waits for nobody to change their mind.
  await proxy.stop();
  const again = await rooms.add(aProxy({ home: proxy.places.home }));
  expect((await changesIn(again)).slice(2)).toEqual([
    'ann account.changed office',
    'ann account.switched-off office',
    'ann account.removed office',
  ]);
  const answer = await control(again, 'POST', '/control/reports/changes', { limit: 100, who: 'ann' });
  const { changes } = (await answer.json()) as { changes: { via: string; address: string }[] };
  expect(new Set(changes.map(({ via, address }) => `${via} ${address}`))).toEqual(
    new Set(['password 127.0.0.1']),
  );
});

it('what was said is read by admins alone, and that is written down', async () => {
  const noted: string[] = [];
  const body = new TextEncoder().encode('hello');
  const inner = { body: () => Promise.resolve(body) } as unknown as Captures;
  const captures = auditedCaptures(inner, ({ what }) => Promise.resolve(void noted.push(what)));
  const asker = { name: 'vera', via: 'password', session: 's', address: '' } as const;
  const read = (role: 'admin' | 'viewer') =>
    onBehalfOf({ ...asker, role }, () => captures.body({ file: '2026-11-26.1', place: 0 }, 'request'));
  expect((await gatewayErrorOf(read('viewer'))).code).toBe('not_permitted');
  expect(noted).toEqual([]);
  expect(await read('admin')).toEqual(body);
  expect(noted).toEqual(['capture.read']);
});
