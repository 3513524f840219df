import { afterEach, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, type Proxy, Rooms } from '../help/a-proxy.ts';
import { control, password } from '../help/some-people.ts';

// Names, owners, models and settings come from people, and parts of addresses from whoever makes a link. On a page they
// stand as text. The rules of the page would run no script; an element of a stranger could still send people elsewhere.

const rooms = new Rooms();
afterEach(() => rooms.close());

/** Ends whatever it may stand in: an attribute, a text, a title, a script, a comment. */
const planted = `"'></title></textarea></script>--><planted onclick=x href=javascript:x>{{x}}\${x}`;

/** What of an answer nobody of ours wrote: planted elements, attributes that hold code, addresses that are code. */
function strangeIn(html: string): Promise<string[]> {
  const found: string[] = [];
  const rewriter = new HTMLRewriter().on('*', {
    element({ tagName, attributes }) {
      if (tagName === 'planted') found.push('a planted element');
      if (tagName === 'style' || tagName === 'iframe' || tagName === 'object' || tagName === 'base')
        found.push(tagName);
      for (const [name, value] of attributes) {
        if (/^(?:on|style$|srcdoc$|hx-on)/.test(name)) found.push(`${tagName} ${name}`);
        if (/^(?:href|src|action|hx-get|hx-post)$/.test(name) && !/^(?:\/(?!\/)|#|https?:)/.test(value))
          found.push(`${tagName} ${name}=${value.slice(0, 40)}`);
        if (tagName === 'script' && name === 'src' && !value.startsWith('/assets/')) found.push(value);
      }
    },
    text() {},
  });
  return rewriter
    .transform(new Response(html))
    .text()
    .then(() => found);
}

async function aPlantedProxy(): Promise<Proxy> {
  const proxy = await aProxy({
    accounts: [
      { name: planted, kind: 'api-key', secret: 'sk-ant-api03-work', notes: planted, models: [planted] },
    ],
    keys: [
      {
        name: planted,
        owner: planted,
        models: [planted],
        accounts: [planted],
        budgets: [{ period: 'daily', limitUsd: 5, hard: true }],
      },
    ],
    config: [
      '[capture]',
      `clients = [${JSON.stringify(planted)}]`,
      '[providers.company]',
      'issuer = "https://login.example.com"',
      `client_id = ${JSON.stringify(planted)}`,
      `extra_params = { prompt = ${JSON.stringify(planted)} }`,
      '[budgets.team]',
      'limit_usd = 5',
      'scope = "key"',
      `of = [${JSON.stringify(planted)}]`,
      '',
    ].join('\n'),
  });
  return rooms.add(Promise.resolve(proxy));
}

/** The token that changes are sent with. */
const tokenOf = async (proxy: Proxy): Promise<string> =>
  /data-change="([^"]+)"/.exec(await (await fetch(`${proxy.url}/keys`)).text())?.[1] ?? '';

test('what is stored is text on every page and in every form', async () => {
  const proxy = await aPlantedProxy();
  await control(proxy, 'PUT', `/control/people/${encodeURIComponent(planted)}/password`, { password });
  const list = await (await fetch(`${proxy.url}/keys/content`)).text();
  const id = /key_\w+/.exec(list)?.[0] ?? '';
  const paths = [
    '/accounts',
    '/keys',
    '/settings',
    '/doctor',
    '/doctor/checks',
    '/keys/create',
    `/keys/${id}/change`,
    `/keys/${id}/revoke`,
    '/accounts/add?kind=oauth',
    '/settings/edit?table=budgets.team',
    '/settings/edit?table=providers.company',
    '/settings/edit?key=capture.clients',
    '/settings/remove?table=budgets.team',
    '/people',
    '/changes',
    `/people/change?name=${encodeURIComponent(planted)}`,
    `/people/remove?name=${encodeURIComponent(planted)}`,
  ];
  for (const path of paths) {
    const answer = await fetch(proxy.url + path);
    const html = await answer.text();
    expect([path, answer.status, await strangeIn(html)]).toEqual([path, 200, []]);
  }
  // It was really there to be seen.
  for (const path of ['/keys', '/settings', '/people', `/keys/${id}/change`])
    expect(await (await fetch(proxy.url + path)).text()).toContain('&lt;planted');
});

test('what an address says, or a form, comes back as text', async () => {
  const proxy = await aPlantedProxy();
  const asked = encodeURIComponent(planted);
  const reflected = [
    `/settings/edit?key=${asked}`,
    `/settings/edit?table=${asked}`,
    `/settings/add?section=${asked}`,
    `/settings/add?section=budgets&entry=${asked}`,
    `/settings/remove?table=${asked}`,
    `/keys/${asked}/change`,
    `/accounts/${asked}/sign-in`,
    `/accounts/add?kind=${asked}`,
    `/accounts/add?kind=oauth&name=${asked}&baseUrl=${asked}&provider=${asked}`,
    `/accounts/${asked}/known`,
    `/people/change?name=${asked}`,
    `/people/remove?name=${asked}`,
    `/requests/${asked}/agents`,
    `/accounts/sign-ins/${asked}?account=${asked}`,
    `/doctor/${asked}`,
  ];
  for (const path of reflected) {
    const html = await (await fetch(proxy.url + path)).text();
    expect([path, await strangeIn(html)]).toEqual([path, []]);
  }
  const headers = {
    'sec-fetch-site': 'same-origin',
    'x-ccproxy-change': await tokenOf(proxy),
    'hx-request': 'true',
  };
  const forms: readonly [path: string, fields: Record<string, string>][] = [
    ['/keys', { name: planted, models: planted, 'budget-0-amount': planted, expires: planted }],
    ['/settings', { key: 'capture.clients', base: planted, 'value.capture.clients': planted }],
    ['/settings/check', { key: 'log.keep_days', 'value.log.keep_days': planted }],
    ['/settings/check', { section: 'budgets', entry: planted }],
    ['/settings', { section: 'providers', entry: 'x', base: 'x', 'value.issuer': planted }],
    ['/people', { name: planted, password: planted, again: '' }],
    ['/people/change', { id: planted, shown: planted, role: planted }],
    ['/people/sign-out', { name: planted, everybody: planted }],
    ['/accounts', { kind: 'oauth', name: planted, provider: planted, baseUrl: planted }],
  ];
  for (const [path, fields] of forms) {
    const answer = await fetch(proxy.url + path, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
    });
    expect([path, await strangeIn(await answer.text())]).toEqual([path, []]);
  }
});

test('the words of a settings file with a mistake are text', async () => {
  const proxy = await aPlantedProxy();
  writeFileSync(
    proxy.places.config,
    `[log]\n${JSON.stringify(planted)} = 1\nlevel = ${JSON.stringify(planted)}\n`,
  );
  const headers = { 'x-ccproxy-control': (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '' };
  expect((await fetch(`${proxy.url}/control/reload`, { method: 'POST', headers })).status).toBe(400);
  const html = await (await fetch(`${proxy.url}/settings`)).text();
  expect(html).toContain('The file has a mistake');
  expect(await strangeIn(html)).toEqual([]);
});
