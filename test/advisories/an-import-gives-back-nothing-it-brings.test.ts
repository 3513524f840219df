import { afterEach, expect, test } from 'bun:test';
import { toPlain } from '../../src/accounts/portable.ts';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { aProxy, type Proxy, Rooms } from '../help/a-proxy.ts';
import { aTokenProvider, type TokenProvider } from '../help/a-token-provider.ts';
import { Visitor } from '../help/a-visitor.ts';
import { control } from '../help/some-people.ts';

/*
 * Whoever imported an account, or signed in to it, within the ten seconds of its removal lost it: its tokens were given
 * back to their provider first, and the dead ones stored; or it went in the middle of the sign-in.
 */

const rooms = new Rooms();
afterEach(() => rooms.close());

interface Scene {
  readonly api: TokenProvider;
  readonly proxy: Proxy;
  readonly visitor: Visitor;
  readonly id: string;
  /** The account as an export holds it. */
  readonly portable: Record<string, unknown>;
}

/** An account that is signed in, and was removed on the page a moment ago. */
async function aRemoval(): Promise<Scene> {
  const api = await rooms.add(aTokenProvider());
  const tokens: TokenSet = api.signIn();
  const draft = { name: 'work', kind: 'oauth', provider: 'sim', baseUrl: api.url } as const;
  const proxy = await rooms.add(aProxy({ config: api.config, accounts: [{ ...draft, tokens }] }));
  const [{ id } = { id: '' }] = await accountsOf(proxy);
  const visitor = new Visitor(proxy.url);
  expect((await visitor.send('/accounts', `/accounts/${id}/remove`)).status).toBe(200);
  const plain = toPlain({ id, settings: { ...draft } as never, tokens });
  return { api, proxy, visitor, id, portable: { ...plain } };
}

async function accountsOf(proxy: Proxy): Promise<readonly AccountView[]> {
  return (await (await fetch(`${proxy.url}/status/accounts`)).json()) as AccountView[];
}

/** What is asked of the provider beside its description. */
const askedOf = ({ simulator }: TokenProvider): string[] =>
  simulator.calls.map(({ target }) => target).filter((target) => target.startsWith('/oauth/'));

/** Accounts, and whether they are on, after a proxy that waits for nothing has stopped. */
async function whatStays({ proxy, api }: Scene): Promise<string[]> {
  await proxy.stop();
  const next = await rooms.add(aProxy({ home: proxy.places.home, config: api.config }));
  return (await accountsOf(next)).map(({ name, enabled }) => `${name} ${enabled ? 'on' : 'off'}`);
}

for (const replaces of [false, true])
  test(`the tokens that an import brings are not given back${replaces ? ' when it replaces' : ''}`, async () => {
    const scene = await aRemoval();
    const { proxy, portable, api } = scene;
    const done = await control(proxy, 'POST', '/control/import', { account: portable, replaces });
    expect([done.status, await done.json()]).toEqual([200, expect.objectContaining({ is: 'added' })]);
    expect(await whatStays(scene)).toEqual(['work on']);
    expect(askedOf(api)).toEqual([]);
  });

test('an import that is refused costs nobody an Undo', async () => {
  const { proxy, visitor, id, portable } = await aRemoval();
  const wrong = [
    // Of its kind, and of another one.
    { ...portable, proxyLogin: 'no login' },
    { id, name: 'work', kind: 'api-key', secret: 'two words' },
  ];
  for (const account of wrong)
    expect((await control(proxy, 'POST', '/control/import', { account, replaces: false })).status).toBe(400);
  expect((await visitor.send('/accounts', `/accounts/${id}/undo`)).status).toBe(200);
  expect(await accountsOf(proxy)).toMatchObject([{ id, enabled: true, signIn: { provider: 'sim' } }]);
});

test('an account of another kind takes the place of one on its way out', async () => {
  const scene = await aRemoval();
  const { proxy, id, api } = scene;
  const account = { id, name: 'work', kind: 'api-key', secret: 'sk-ant-api03-new' };
  expect((await control(proxy, 'POST', '/control/import', { account, replaces: false })).status).toBe(200);
  expect(await accountsOf(proxy)).toMatchObject([{ name: 'work', kind: 'api-key', enabled: true }]);
  expect(askedOf(api)).toContain('/oauth/revoke');
});

test('an account that is signed in to on its way out stays, and is on', async () => {
  const scene = await aRemoval();
  const { proxy, api, visitor, id } = scene;
  const begin = (way: string): Promise<Response> =>
    control(proxy, 'POST', '/control/sign-ins', { account: 'work', way });
  // One that cannot begin changes nothing.
  expect((await begin('no-such-way')).status).toBe(400);
  expect((await accountsOf(proxy))[0]?.enabled).toBe(false);
  expect((await begin('device')).status).toBe(201);
  expect(await accountsOf(proxy)).toMatchObject([{ id, enabled: true }]);
  expect(await (await visitor.get('/accounts')).text()).toContain('work');
  expect(await whatStays(scene)).toEqual(['work on']);
  expect(askedOf(api)).not.toContain('/oauth/revoke');
});
