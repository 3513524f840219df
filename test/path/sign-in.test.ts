import { afterEach, describe, expect, it } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aLink, aPerson, changesIn, control, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const accounts = [{ name: 'team', kind: 'api-key' as const, secret: 'sk-ant-api03-team' }];
const publicUrl = 'https://proxy.example.com';
/** As a reverse proxy on this machine passes it on. */
const elsewhere = { host: 'proxy.example.com', 'x-forwarded-for': '203.0.113.9' };
const behind = `[server]\npublic_url = "${publicUrl}"\ntrusted_proxies = ["127.0.0.1"]\n`;

const opened = (options: ProxyOptions = {}): Promise<Proxy> => rooms.add(aProxy({ accounts, ...options }));
const openedBehind = (more = ''): Promise<Proxy> => opened({ config: behind + more });
const stranger = (proxy: Proxy): Visitor => new Visitor(proxy.url, elsewhere, publicUrl);

async function idOf(visitor: Visitor): Promise<string> {
  return /acc_\w+/.exec(await (await visitor.get('/accounts')).text())?.[0] ?? '';
}

describe('from elsewhere', () => {
  it('who is not signed in is shown the way in, and nothing else', async () => {
    const proxy = await openedBehind();
    const visitor = stranger(proxy);
    for (const path of ['/', '/accounts', '/usage?range=7d', '/changes']) {
      const answer = await visitor.get(path);
      expect([path, answer.status]).toEqual([path, 303]);
      expect(answer.headers.get('location')).toStartWith('/sign-in');
    }
    expect((await visitor.get('/usage?range=7d')).headers.get('location')).toBe(
      '/sign-in?to=%2Fusage%3Frange%3D7d',
    );
    for (const path of ['/status', '/metrics', '/control/accounts'])
      expect([path, (await visitor.get(path)).status]).toEqual([path, 403]);
    expect(await (await visitor.get('/api/events')).text()).toBe('event: signed-out\ndata: {}\n\n');
    const part = await visitor.get('/accounts/content', { 'hx-request': 'true' });
    expect(part.status).toBe(401);
    expect(part.headers.get('hx-redirect')).toStartWith('/sign-in?to=');
    expect(await (await visitor.get('/sign-in')).text()).not.toMatch(/team|acc_/);
  });

  it('an admin who has signed in sees everything and changes everything', async () => {
    const proxy = await openedBehind();
    await aPerson(proxy, 'ann');
    const ann = stranger(proxy);
    const answer = await ann.signIn('Ann', password, '/usage?range=7d');
    expect(answer.headers.get('hx-redirect')).toBe('/usage?range=7d');
    const id = await idOf(ann);
    expect((await ann.send('/accounts', `/accounts/${id}/switch`)).status).toBe(200);
    expect((await ann.get('/metrics')).status).toBe(200);
    const status = (await (await ann.get('/status')).json()) as { totals: { switchedOff: number } };
    expect(status.totals.switchedOff).toBe(1);
    expect((await (await ann.get('/health')).json()) as object).toHaveProperty('checks');
    expect(await changesIn(proxy)).toEqual([
      'a command person.added ann',
      'ann signed-in',
      'ann account.switched-off team',
    ]);
  });

  it('a viewer sees everything, changes nothing, and the try is written down', async () => {
    const proxy = await openedBehind();
    await aPerson(proxy, 'vera', 'viewer');
    const vera = stranger(proxy);
    await vera.signIn('vera', password);
    const id = await idOf(vera);
    expect(id).not.toBe('');
    expect((await vera.send('/accounts', `/accounts/${id}/switch`)).status).toBe(403);
    expect((await vera.get('/status')).status).toBe(200);
    expect((await changesIn(proxy)).at(-1)).toBe('vera change.refused');
    await control(proxy, 'PUT', '/control/people/vera/role', { role: 'admin' });
    expect((await vera.send('/accounts', `/accounts/${id}/switch`)).status).toBe(200);
  });

  it('what a browser keeps is for this host over TLS alone, and for no script', async () => {
    const proxy = await openedBehind();
    await aPerson(proxy, 'ann');
    const answer = await stranger(proxy).signIn('ann', password);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-ccproxy_session=[0-9A-Za-z]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
  });

  it('nobody signs in where others could read along', async () => {
    const proxy = await opened();
    await aPerson(proxy, 'ann');
    const visitor = new Visitor(proxy.url, { 'x-forwarded-for': '203.0.113.9' });
    expect(await (await visitor.get('/sign-in')).text()).toContain('others could read along');
    const answer = await visitor.signIn('ann', password);
    expect([answer.status, visitor.cookies.size]).toEqual([401, 0]);
  });

  it('a client key with a role reads status and metrics, and an admin key changes things; neither gets secrets', async () => {
    const keys = [
      { name: 'prometheus', role: 'viewer' as const },
      { name: 'robot', role: 'admin' as const },
      { name: 'laptop' },
    ];
    const proxy = await opened({ config: behind, keys });
    const ask = async (key: string, method: string, path: string, body?: object): Promise<number> => {
      const headers = { ...elsewhere, authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await fetch(proxy.url + path, init)).status;
    };
    const [viewer = '', admin = '', plain = ''] = proxy.keys;
    expect(await ask(viewer, 'GET', '/metrics')).toBe(200);
    expect(await ask(viewer, 'GET', '/status')).toBe(200);
    expect(await ask(viewer, 'GET', '/control/accounts')).toBe(200);
    expect(await ask(viewer, 'POST', '/status/accounts/team/disable')).toBe(403);
    expect(await ask(plain, 'GET', '/status')).toBe(403);
    expect(await ask(admin, 'POST', '/status/accounts/team/disable')).toBe(200);
    expect(await ask(admin, 'POST', '/control/local-key', {})).toBe(403);
    expect(await ask(admin, 'POST', '/control/export', { names: [], passphrase: 'a long passphrase' })).toBe(
      403,
    );
    expect(await ask(admin, 'POST', '/control/link', { role: 'admin' })).toBe(403);
    expect((await changesIn(proxy)).at(-1)).toBe('robot account.switched-off team');
  });
});

describe('at this machine', () => {
  it('nobody has to sign in, unless the settings want it', async () => {
    const open = await opened();
    expect((await new Visitor(open.url).get('/accounts')).status).toBe(200);
    const closed = await opened({ config: '[admin]\nsign_in = "always"\n' });
    expect((await new Visitor(closed.url).get('/accounts')).status).toBe(303);
    expect((await new Visitor(closed.url).get('/status')).status).toBe(403);
    // Commands of this user go on working.
    expect((await control(closed, 'GET', '/status')).status).toBe(200);
    expect((await control(closed, 'GET', '/control/accounts')).status).toBe(200);
  });

  it('a link signs in once', async () => {
    const proxy = await opened({ config: '[admin]\nsign_in = "always"\n' });
    const link = await aLink(proxy, 'viewer');
    const visitor = new Visitor(proxy.url);
    expect((await visitor.send('/sign-in', '/sign-in/link', { link })).headers.get('hx-redirect')).toBe(
      '/accounts',
    );
    expect((await visitor.get('/accounts')).status).toBe(200);
    expect(await (await visitor.get('/accounts')).text()).toContain('data-role="viewer"');
    const other = new Visitor(proxy.url);
    expect((await other.send('/sign-in', '/sign-in/link', { link })).status).toBe(401);
    expect((await other.get('/accounts')).status).toBe(303);
  });

  it('a link is too old after five minutes', async () => {
    const clock = new HandClock();
    const proxy = await opened({ config: '[admin]\nsign_in = "always"\n', clock });
    const link = await aLink(proxy);
    await clock.turn(5 * 60_000);
    const visitor = new Visitor(proxy.url);
    expect((await visitor.send('/sign-in', '/sign-in/link', { link })).status).toBe(401);
  });
});

describe('who has signed in', () => {
  const closed = { config: '[admin]\nsign_in = "always"\nidle_seconds = 3600\nsession_seconds = 86400\n' };

  it('is signed out after a time without doing anything; a page that keeps itself true is not doing something', async () => {
    const clock = new HandClock();
    const proxy = await opened({ ...closed, clock });
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    for (let step = 0; step < 3; step += 1) {
      await clock.turn(30 * 60_000);
      expect((await ann.get('/accounts')).status).toBe(200);
    }
    await clock.turn(40 * 60_000);
    expect((await ann.get('/accounts/content', { 'x-ccproxy-live': 'yes' })).status).toBe(200);
    await clock.turn(40 * 60_000);
    expect((await ann.get('/accounts')).status).toBe(303);
  });

  it('is signed out in the end, whatever they do', async () => {
    const clock = new HandClock();
    const proxy = await opened({ ...closed, clock });
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    for (let hours = 0; hours < 23.5; hours += 0.5) {
      await clock.turn(30 * 60_000);
      expect((await ann.get('/accounts')).status).toBe(200);
    }
    await clock.turn(30 * 60_000);
    expect((await ann.get('/accounts')).status).toBe(303);
  });

  it('stays signed in over a restart', async () => {
    const proxy = await opened(closed);
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    await proxy.stop();
    const again = await rooms.add(aProxy({ ...closed, home: proxy.places.home }));
    const same = new Visitor(again.url);
    for (const [name, value] of ann.cookies) same.cookies.set(name, value);
    expect((await same.get('/accounts')).status).toBe(200);
  });

  it('is signed out here, or everywhere, and by whoever runs the proxy', async () => {
    const proxy = await opened(closed);
    await aPerson(proxy, 'ann');
    await aPerson(proxy, 'bob');
    const [here, there, bob] = [new Visitor(proxy.url), new Visitor(proxy.url), new Visitor(proxy.url)];
    for (const visitor of [here, there]) await visitor.signIn('ann', password);
    await bob.signIn('bob', password);
    const inside = async (): Promise<number[]> =>
      Promise.all([here, there, bob].map(async (visitor) => (await visitor.get('/accounts')).status));
    const { cookie } = here;
    expect((await here.send('/accounts', '/sign-out')).headers.get('hx-redirect')).toBe('/sign-in');
    expect(await inside()).toEqual([303, 200, 200]);
    // What the browser had is worth nothing any more, whoever kept it.
    expect((await fetch(`${proxy.url}/accounts`, { headers: { cookie }, redirect: 'manual' })).status).toBe(
      303,
    );
    await here.signIn('ann', password);
    await here.send('/accounts', '/sign-out?everywhere=yes');
    expect(await inside()).toEqual([303, 303, 200]);
    await control(proxy, 'POST', '/control/sign-out', {});
    expect(await inside()).toEqual([303, 303, 303]);
  });

  it('is signed out where they were when they get a new password, and when they are removed', async () => {
    const proxy = await opened(closed);
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    await aPerson(proxy, 'ann');
    expect((await ann.get('/accounts')).status).toBe(303);
    await ann.signIn('ann', password);
    expect((await ann.get('/accounts')).status).toBe(200);
    await control(proxy, 'DELETE', '/control/people/ann');
    expect((await ann.get('/accounts')).status).toBe(303);
  });

  it('is written down, and shown to who may see it, without anything secret', async () => {
    const proxy = await opened(closed);
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', `${password} not`);
    await ann.signIn('ann', password);
    const page = await (await ann.get('/changes')).text();
    expect(page).toContain('was not let in');
    expect(page).toContain('gave a password to the new');
    expect(page).not.toContain(password);
    expect(await (await ann.get('/changes?what=key')).text()).toContain('Nothing was changed yet');
    expect(JSON.stringify(proxy.lines)).not.toContain(password);
  });
});
