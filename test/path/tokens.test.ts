import { afterEach, describe, expect, it } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import { controlHeader, readRunFile } from '../../src/admin/run-file.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { aTokenProvider, clientId, type TokenProvider } from '../help/a-token-provider.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const tokenPath = '/oauth/token';

/** A proxy with accounts that are signed in at a simulated API, each `names` with the priority of its place. */
async function signedIn(
  oauth: OAuthOptions = {},
  names: string[] = ['ann'],
  change: (tokens: TokenSet, name: string) => TokenSet = (tokens) => tokens,
): Promise<{ api: TokenProvider; proxy: Proxy }> {
  const api = await rooms.add(aTokenProvider(oauth));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'oauth' as const,
    provider: 'sim',
    baseUrl: api.url,
    priority,
    tokens: change(api.signIn(), name),
  }));
  const proxy = await rooms.add(aProxy({ accounts, config: api.config }));
  return { api, proxy };
}

const expired = (tokens: TokenSet): TokenSet => ({ ...tokens, expiresAt: Date.now() - 1_000 });

const body = JSON.stringify({
  model: 'claude-opus-5-5',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'hi' }],
});

const post = (proxy: Proxy, path = '/v1/messages'): Promise<Response> =>
  fetch(`${proxy.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

const statusOf = async (proxy: Proxy, name = 'ann'): Promise<AccountView> =>
  (await (await fetch(`${proxy.url}/status/accounts/${name}`)).json()) as AccountView;

/** What `auth refresh NAME` asks for. */
async function refresh(proxy: Proxy, name = 'ann'): Promise<Response> {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const headers = { [controlHeader]: token };
  return fetch(`${proxy.url}/status/accounts/${name}/refresh`, { method: 'POST', headers });
}

describe('a message on an oauth account', () => {
  it('goes out with its token, and asks no provider while that is good', async () => {
    const { api, proxy } = await signedIn();
    expect((await post(proxy)).status).toBe(200);
    expect(api.asked()).toBe(0);
  });

  it('whose token has run out waits for one refresh, which many share', async () => {
    const { api, proxy } = await signedIn({}, ['ann'], expired);
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(proxy)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect([api.asked(), api.alarms()]).toEqual([1, 0]);
  });

  it('whose token the upstream refuses is sent once more with a new one, and the client sees nothing', async () => {
    const { api, proxy } = await signedIn();
    api.simulator.signIns.book.expireAccess();
    const answer = await post(proxy);
    expect([answer.status, answer.headers.get('x-ccproxy-attempts')]).toEqual([200, '2']);
    expect([api.asked(), (await statusOf(proxy)).standing.is]).toEqual([1, 'ready']);
  });

  it('of many whose token is refused at one moment costs one refresh', async () => {
    const { api, proxy } = await signedIn();
    api.simulator.signIns.book.expireAccess();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(proxy)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect([api.asked(), api.alarms()]).toEqual([1, 0]);
  });

  it('that is refused with a new token as well signs the account out, after one refresh', async () => {
    const { api, proxy } = await signedIn();
    api.simulator.fault({ scenario: 'error-401' });
    for (let call = 0; call < 4; call += 1) await post(proxy);
    expect(api.asked()).toBe(1);
    expect((await statusOf(proxy)).standing).toMatchObject({ is: 'signed-out' });
  });

  it('of an account whose sign-in is over goes to the next one, for good', async () => {
    const { api, proxy } = await signedIn({}, ['ann', 'bob'], (tokens, name) =>
      name === 'ann' ? expired(tokens) : tokens,
    );
    api.simulator.fault({ path: tokenPath, scenario: 'oauth-error-invalid_grant;message=ended by an admin' });
    for (let call = 0; call < 3; call += 1) {
      const answer = await post(proxy);
      expect([answer.status, answer.headers.get('x-ccproxy-account')]).toEqual([200, 'bob']);
    }
    expect(api.asked()).toBe(1);
    const { standing, signIn } = await statusOf(proxy);
    expect(standing).toMatchObject({
      is: 'signed-out',
      reason: expect.stringContaining('ended by an admin'),
    });
    expect(signIn).toMatchObject({ isSignedIn: true, canRefresh: false, nextRefreshAt: null });
  });

  it('where nobody else is left is a 503 that nobody should repeat', async () => {
    const { api, proxy } = await signedIn({}, ['ann'], expired);
    api.simulator.fault({ path: tokenPath, scenario: 'oauth-error-invalid_grant' });
    for (let call = 0; call < 2; call += 1) {
      const answer = await post(proxy);
      expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, 'false']);
      expect(await answer.text()).toContain('invalid_grant');
    }
    expect(api.asked()).toBe(1);
  });

  it('while its provider is down says so, and when to try again', async () => {
    const { api, proxy } = await signedIn({}, ['ann'], expired);
    api.simulator.fault({ path: tokenPath, scenario: 'error-503;retry-after=30' });
    const answer = await post(proxy);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(answer.headers.get('x-should-retry')).toBeNull();
    expect(await answer.text()).toContain('The account ann has no valid token right now');
    expect((await statusOf(proxy)).standing.is).toBe('ready');
    await post(proxy);
    expect(api.asked()).toBe(1);
  });
});

it('a provider that refuses us, not the token, is asked again as soon as its settings change', async () => {
  const api = await rooms.add(aTokenProvider({ clients: { [clientId]: null } }));
  const accounts = [
    { name: 'ann', kind: 'oauth' as const, provider: 'sim', baseUrl: api.url, tokens: expired(api.signIn()) },
  ];
  const wrong = api.config.replace(clientId, 'somebody-else');
  const proxy = await rooms.add(aProxy({ accounts, config: wrong }));
  const refused = await post(proxy);
  expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([503, 'false']);
  expect(await refused.text()).toContain('invalid_client');
  expect((await statusOf(proxy)).signIn?.lastFailure?.reason).toContain('invalid_client');
  await writeFile(proxy.places.config, api.config);
  await proxy.server.reload();
  await until(async () => (await post(proxy)).status === 200);
  expect((await statusOf(proxy)).signIn?.lastFailure).toBeNull();
});

describe('a refresh ahead of time', () => {
  it('keeps calls from ever waiting, and changes no standing', async () => {
    const { api, proxy } = await signedIn({ accessSeconds: 2 });
    const { credentialAt } = await statusOfAccount(proxy);
    await api.simulator.until(() => api.asked() >= 1);
    expect((await statusOfAccount(proxy)).credentialAt).toBe(credentialAt);
    const answer = await post(proxy);
    expect([answer.status, answer.headers.get('x-ccproxy-attempts')]).toEqual([200, '1']);
    expect(api.alarms()).toBe(0);
  });

  it('leaves a rest as it is', async () => {
    const { api, proxy } = await signedIn();
    api.simulator.fault({ scenario: 'error-429;retry-after=3600', times: 1 });
    await post(proxy);
    const before = (await statusOf(proxy)).standing;
    expect(before.is).toBe('resting');
    expect((await refresh(proxy)).status).toBe(200);
    expect(api.asked()).toBe(1);
    expect((await statusOf(proxy)).standing).toEqual(before);
  });

  it('is seen by another proxy on the same home within a second', async () => {
    const { api, proxy } = await signedIn();
    const clock = new HandClock(Date.now());
    const other = await rooms.add(aProxy({ home: proxy.places.home, config: api.config, clock }));
    expect((await refresh(proxy)).status).toBe(200);
    const { signIn } = await statusOf(proxy);
    await clock.turn(1_000);
    await until(async () => (await statusOf(other)).signIn?.refreshedAt === signIn?.refreshedAt);
    api.simulator.signIns.book.expireAccess();
    for (const one of [proxy, other]) expect((await post(one)).status).toBe(200);
    expect(api.alarms()).toBe(0);
  });

  it('that is underway when the proxy is stopped is finished first', async () => {
    const { api, proxy } = await signedIn();
    const [family] = api.simulator.signIns.book.families;
    api.simulator.fault({ path: tokenPath, scenario: 'slow-first-300', times: 1 });
    const refreshing = refresh(proxy).catch(() => undefined);
    await api.simulator.until(() => family?.renewals === 1);
    await proxy.stop();
    await refreshing;
    const again = await rooms.add(aProxy({ home: proxy.places.home, config: api.config }));
    expect((await refresh(again)).status).toBe(200);
    expect([family?.renewals, api.alarms()]).toEqual([2, 0]);
  });

  it('is over for good when the provider says so, after a restart too', async () => {
    const { api, proxy } = await signedIn();
    api.simulator.signIns.book.revokeAll();
    const refused = await refresh(proxy);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await refused.text()).toContain('auth login ann');
    await proxy.stop();
    const again = await rooms.add(aProxy({ home: proxy.places.home, config: api.config }));
    expect((await statusOf(again)).standing).toMatchObject({ is: 'signed-out' });
    expect((await post(again)).status).toBe(503);
    expect(api.asked()).toBe(1);
  });

  it('that a person wants heals an account that was signed out by mistake', async () => {
    const { api, proxy } = await signedIn({}, ['ann'], expired);
    api.simulator.fault({ path: tokenPath, scenario: 'oauth-error-invalid_grant', times: 1 });
    expect((await post(proxy)).status).toBe(503);
    const { account } = (await (await refresh(proxy)).json()) as { account: AccountView };
    expect(account.standing.is).toBe('ready');
    expect(account.signIn?.refreshedAt).not.toBeNull();
    expect((await post(proxy)).status).toBe(200);
  });
});

/** The account with what no view shows. */
async function statusOfAccount(proxy: Proxy): Promise<{ credentialAt: number }> {
  const { Database } = await import('bun:sqlite');
  const database = new Database(proxy.places.database, { readonly: true });
  const row = database.query('select credential_at as credentialAt from accounts').get();
  database.close();
  return row as { credentialAt: number };
}
