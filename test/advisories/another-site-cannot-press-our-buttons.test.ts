// The attack: a page of another site sends what our page would send, with the browser of somebody who is signed in or
// sits at the machine: a form, a fetch, in every type that browsers send without asking; from another port of this
// machine, too, which is the same site and brings the cookie along. It may even know the token of another sign-in.
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const accounts = [{ name: 'work', kind: 'api-key' as const, secret: 'sk-ant-api03-work' }];
const types = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json',
  undefined,
];

/** How requests of other pages look: what a browser adds to each, which no page can change. */
const foreign: readonly (readonly [name: string, headers: Record<string, string>])[] = [
  ['a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a frame without an origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['another port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
  ['an older browser', { origin: 'http://127.0.0.1:3000' }],
  ['somebody who says nothing at all', {}],
  ['an address that was typed', { 'sec-fetch-site': 'none' }],
];

async function standing(proxy: Proxy): Promise<unknown> {
  return ((await (await fetch(`${proxy.url}/status`)).json()) as { totals: { switchedOff: number } }).totals
    .switchedOff;
}

describe.each(foreign)('%s', (_, headers) => {
  it('changes nothing, signs nobody in and nobody out', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    await aPerson(proxy, 'ann');
    const ann = new Visitor(proxy.url);
    await ann.signIn('ann', password);
    const page = await (await ann.get('/accounts')).text();
    const id = /acc_\w+/.exec(page)?.[0] ?? '';
    const token = /data-change="([^"]+)"/.exec(page)?.[1] ?? '';
    const bodies = {
      [`/accounts/${id}/switch`]: '',
      '/sign-out': '',
      '/sign-in': `name=ann&password=${password}`,
    };
    for (const [path, body] of Object.entries(bodies)) {
      for (const type of types) {
        // The token alone is not enough, and a page cannot send the header without asking first.
        for (const more of [{}, { 'x-ccproxy-change': token }]) {
          const answer = await fetch(proxy.url + path, {
            method: 'POST',
            body,
            headers: {
              ...headers,
              ...more,
              cookie: ann.cookie,
              ...(type !== undefined && { 'content-type': type }),
            },
          });
          expect([path, type, answer.status]).toEqual([path, type, 403]);
          expect(answer.headers.get('set-cookie')).toBeNull();
          expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        }
      }
    }
    expect(await standing(proxy)).toBe(0);
    expect((await ann.get('/changes')).status).toBe(200);
    const asked = await fetch(`${proxy.url}/accounts/${id}/switch`, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    expect(asked.headers.get('access-control-allow-headers')).toBeNull();
  });
});

it('the token of another sign-in is worth nothing', async () => {
  const proxy = await rooms.add(aProxy({ accounts }));
  await aPerson(proxy, 'ann');
  const [one, two] = [new Visitor(proxy.url), new Visitor(proxy.url)];
  await one.signIn('ann', password);
  await two.signIn('ann', password);
  const id = /acc_\w+/.exec(await (await one.get('/accounts')).text())?.[0] ?? '';
  const tokenOf = async (visitor: Visitor): Promise<string> =>
    /data-change="([^"]+)"/.exec(await (await visitor.get('/accounts')).text())?.[1] ?? '';
  const press = async (token: string): Promise<number> =>
    (
      await fetch(`${proxy.url}/accounts/${id}/switch`, {
        method: 'POST',
        headers: { cookie: one.cookie, 'sec-fetch-site': 'same-origin', 'x-ccproxy-change': token },
      })
    ).status;
  expect(await press(await tokenOf(two))).toBe(403);
  expect(await press(await tokenOf(new Visitor(proxy.url)))).toBe(403);
  expect(await press(await tokenOf(one))).toBe(200);
});
