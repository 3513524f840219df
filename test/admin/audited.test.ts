import { afterEach, expect, it } from 'bun:test';
import type { Change } from '../../src/access/people/audit.ts';
import { audited, auditedCaptures } from '../../src/admin/audited.ts';
import type { Captures } from '../../src/admin/captures.ts';
import type { Management } from '../../src/admin/management.ts';
import { onBehalfOf } from '../../src/admin/pages/asker.ts';
import { Browser } from '../help/a-browser.ts';
import { gatewayErrorOf } from '../help/a-failure.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { aPerson, changesIn, control, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

it('whatever a command changes is written down, without its secrets', async () => {
  const proxy = await rooms.add(aProxy());
  const secret = 'sk-ant-api03-very-secret-indeed';
  await control(proxy, 'POST', '/control/accounts', { account: { name: 'team', kind: 'api-key' }, secret });
  await control(proxy, 'PATCH', '/control/accounts/team', { changes: { notes: 'x' }, secret: `${secret}-2` });
  await control(proxy, 'POST', '/control/accounts/team/disable');
  await control(proxy, 'POST', '/control/accounts/team/enable');
  await control(proxy, 'POST', '/control/export', { names: [], passphrase: 'a long passphrase' });
  await control(proxy, 'POST', '/control/keys', { name: 'laptop', role: 'viewer' });
  await control(proxy, 'PATCH', '/control/keys/laptop', { owner: 'ann' });
  await control(proxy, 'DELETE', '/control/keys/laptop');
  await control(proxy, 'POST', '/control/log/level', { level: 'debug', seconds: 10 });
  await control(proxy, 'POST', '/control/reload');
  await control(proxy, 'DELETE', '/control/accounts/team');
  expect(await changesIn(proxy)).toEqual([
    'a command account.added team',
    'a command account.changed team',
    'a command account.switched-off team',
    'a command account.switched-on team',
    'a command account.exported',
    'a command key.created laptop',
    'a command key.changed laptop',
    'a command key.revoked laptop',
    'a command log.level',
    'a command settings.reloaded',
    'a command account.removed team',
  ]);
  const answer = await control(proxy, 'POST', '/control/reports/changes', { limit: 100 });
  const text = await answer.text();
  expect(text).toContain('notes secret');
  expect(text).not.toMatch(/very-secret|long passphrase/);
});

it('the key of this machine is written down when it is made, and not each time a command asks for it', async () => {
  const proxy = await rooms.add(aProxy());
  for (let at = 0; at < 3; at += 1) await control(proxy, 'POST', '/control/local-key');
  expect(await changesIn(proxy)).toEqual(['a command key.created this machine']);
});

it('where the key of a new vault goes is written down, once', async () => {
  const noted: string[] = [];
  const note = ({ what, details }: Change): Promise<void> =>
    Promise.resolve(void noted.push(`${what} ${JSON.stringify(details)}`));
  let keyId: string | null = null;
  const vault = {
    state: () => Promise.resolve({ keyId, backend: 'key-file' }),
    prepare: () => {
      keyId ??= 'key-1';
      return Promise.resolve({ is: 'ready' });
    },
  };
  const { vault: watched } = audited({ vault, signIns: {} } as unknown as Management, note);
  await watched.prepare();
  await watched.prepare();
  expect(noted).toEqual(['vault.prepared {"in":"key-file"}']);
});

it('a sign-in is written down with its end, as theirs who began it', async () => {
  const idp = await rooms.add(anOidcProvider());
  const config = `[providers.company]\nissuer = "${idp.issuer}"\nclient_id = "native"\nscopes = ["openid", "offline_access"]\nbase_url = "http://127.0.0.1:9"\nways = ["paste"]\npaste_redirect_uri = "https://client.example/code"\n`;
  const proxy = await rooms.add(aProxy({ config }));
  const account = { name: 'team', kind: 'oauth', provider: 'company' };
  await control(proxy, 'POST', '/control/accounts', { account });
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  const id = /acc_\w+/.exec(await (await ann.get('/accounts')).text())?.[0] ?? '';
  const begin = async (): Promise<{ flow: string; url: string }> => {
    const text = await (await ann.send('/accounts', `/accounts/${id}/sign-in`, { way: 'paste' })).text();
    const url = /href="(http[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    return { flow: /sign-ins\/([^/?"]+)/.exec(text)?.[1] ?? '', url };
  };
  const first = await begin();
  await ann.send('/accounts', `/accounts/sign-ins/${first.flow}/cancel?account=${id}`);
  const second = await begin();
  const back = await new Browser().until(second.url, idp.issuer);
  const pasted = `/accounts/sign-ins/${second.flow}/paste?account=${id}`;
  expect((await ann.send('/accounts', pasted, { text: back })).status).toBe(200);
  const changes = await changesIn(proxy);
  expect(changes.slice(changes.indexOf('ann signed-in') + 1)).toEqual([
    'ann account.sign-in-begun team',
    'ann account.sign-in-given-up team',
    'ann account.sign-in-begun team',
    'ann account.signed-in team',
    'ann account.sign-in-pasted team',
  ]);
});

it('what the page changes is written down with who and from where, also when it happens later', async () => {
  const accounts = [{ name: 'team', kind: 'api-key' as const, secret: 'sk-ant-api03-team' }];
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
