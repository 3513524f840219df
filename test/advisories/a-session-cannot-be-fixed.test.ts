// The attack: somebody puts a session of their own, or one that they made up, into the browser of a victim, waits until
// the victim has signed in, and goes on with it (session fixation). Or keeps what was stolen before a sign-out.
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const name = 'ccproxy_session';

async function closed(): Promise<Proxy> {
  const proxy = await rooms.add(aProxy({ config: '[admin]\nsign_in = "always"\n' }));
  await aPerson(proxy, 'ann');
  await aPerson(proxy, 'mallory', 'viewer');
  return proxy;
}

const statusWith = async (proxy: Proxy, cookie: string): Promise<number> =>
  (await fetch(`${proxy.url}/accounts`, { headers: { cookie }, redirect: 'manual' })).status;

describe('a session that was put into a browser', () => {
  it('is not the one that a sign-in begins', async () => {
    const proxy = await closed();
    const made = 'A'.repeat(43);
    const ann = new Visitor(proxy.url);
    ann.cookies.set(name, made);
    await ann.signIn('ann', password);
    expect(ann.cookies.get(name)).not.toBe(made);
    expect(await statusWith(proxy, `${name}=${made}`)).toBe(303);
    expect(await statusWith(proxy, ann.cookie)).toBe(200);
  });

  it('ends when somebody else signs in with it there', async () => {
    const proxy = await closed();
    const mallory = new Visitor(proxy.url);
    await mallory.signIn('mallory', password);
    const planted = mallory.cookies.get(name) ?? '';
    const ann = new Visitor(proxy.url);
    ann.cookies.set(name, planted);
    await ann.signIn('ann', password);
    expect(ann.cookies.get(name)).not.toBe(planted);
    expect(await statusWith(proxy, `${name}=${planted}`)).toBe(303);
  });

  it('is nobody beside another one: of two cookies of one name none is believed', async () => {
    const proxy = await closed();
    const mallory = new Visitor(proxy.url);
    await mallory.signIn('mallory', password);
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    expect(await statusWith(proxy, `${mallory.cookie}; ${ann.cookie}`)).toBe(303);
    expect(await statusWith(proxy, `${ann.cookie}; ${mallory.cookie}`)).toBe(303);
  });

  it('cannot be one that a page without TLS or a neighbouring host has set', async () => {
    const config = '[server]\npublic_url = "https://proxy.example.com"\ntrusted_proxies = ["127.0.0.1"]\n';
    const proxy = await rooms.add(aProxy({ config }));
    await aPerson(proxy, 'ann');
    const headers = { host: 'proxy.example.com', 'x-forwarded-for': '203.0.113.9' };
    const ann = new Visitor(proxy.url, headers, 'https://proxy.example.com');
    await ann.signIn('ann', password);
    const value = ann.cookies.get(`__Host-${name}`) ?? '';
    expect(value).not.toBe('');
    const under = async (cookie: string): Promise<number> =>
      (await fetch(`${proxy.url}/accounts`, { headers: { ...headers, cookie }, redirect: 'manual' })).status;
    // Browsers let only this very host set a cookie with that prefix; without it, it is no cookie of ours.
    expect(await under(`${name}=${value}`)).toBe(303);
    expect(await under(`__Host-${name}=${value}`)).toBe(200);
  });
});

it('what a browser had before a sign-out opens nothing afterwards', async () => {
  const proxy = await closed();
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  const stolen = ann.cookie;
  await ann.send('/accounts', '/sign-out');
  expect(await statusWith(proxy, stolen)).toBe(303);
  await ann.signIn('ann', password);
  expect(await statusWith(proxy, stolen)).toBe(303);
});
