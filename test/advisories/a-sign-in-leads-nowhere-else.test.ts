// The attack: a link to our sign-in that names where to go afterwards. Somebody signs in at the true page and finds
// themselves at an attacker's copy of it, which asks for the password once more (open redirect).
import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { Browser } from '../help/a-browser.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const elsewhere = [
  'https://evil.example/',
  '//evil.example/accounts',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/accounts\r\nset-cookie: x=y',
  '/..//evil.example',
  '/accounts/..//evil.example',
  '/accounts@evil.example/',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '/sign-out',
  '/sign-in?to=//evil.example',
  '/api/events',
  '/assets/x.js',
  '/control/stop',
  '',
];

it('whatever the link says, a page of ours comes next', async () => {
  const proxy = await rooms.add(aProxy({ config: '[admin]\nsign_in = "always"\n' }));
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  for (const to of elsewhere) {
    // What the page carries on from the link, and what somebody sends past it.
    const shown = await (await ann.get(`/sign-in?to=${encodeURIComponent(to)}`)).text();
    expect([to, /name="to" value="([^"]*)"/.exec(shown)?.[1]]).toEqual([to, '/accounts']);
    const answer = await ann.signIn('ann', password, to);
    expect([to, answer.headers.get('hx-redirect')]).toEqual([to, '/accounts']);
    expect(answer.headers.get('location')).toBeNull();
  }
  const answer = await ann.signIn('ann', password, '/requests?account=work&q=%2F%2Fevil.example');
  expect(answer.headers.get('hx-redirect')).toBe('/requests?account=work&q=%2F%2Fevil.example');
});

it('nor does the way over a provider', async () => {
  const provider = await rooms.add(anOidcProvider());
  const config = `[admin]\nsign_in = "always"\nproviders = ["company"]\nadmins = ["ann"]\n[providers.company]\nissuer = "${provider.issuer}"\nclient_id = "page"\n`;
  const proxy = await rooms.add(aProxy({ config }));
  const ann = new Visitor(proxy.url);
  const sent = await ann.send('/sign-in', '/sign-in/provider', {
    provider: 'company',
    to: '//evil.example/',
  });
  const there = sent.headers.get('hx-redirect') ?? '';
  // The provider itself is who the settings say.
  expect(there).toStartWith(`${provider.issuer}/`);
  const back = await new Browser().until(there, provider.issuer);
  const answer = new URL(back).search.slice(1);
  const done = await ann.send('/sign-in', '/sign-in/finish', { answer, to: '//evil.example/' });
  expect(done.headers.get('hx-redirect')).toBe('/accounts');
});
