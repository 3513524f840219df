import { afterEach, expect, test } from 'bun:test';
import { until } from '../../../help/a-command.ts';
import { aProxy, Rooms } from '../../../help/a-proxy.ts';
import { anUpstream, message } from '../../../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a request that is not kept is a page that says so', async () => {
  const proxy = await rooms.add(aProxy());
  for (const path of ['/requests/1', '/requests/99999999999999999999', '/requests/1/said']) {
    const response = await fetch(`${proxy.url}${path}`);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.text()).toContain('This request is not kept, or no longer.');
  }
});

test('nothing of what was said is on any page while nobody keeps it', async () => {
  const up = await rooms.add(anUpstream(() => message('the answer of the oracle')));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  const content = 'the question to the oracle';
  await fetch(`${proxy.url}/v1/messages?token=of-nobody`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-client' },
    body: JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1, messages: [{ role: 'user', content }] }),
  }).then((answer) => answer.text());
  let list = '';
  let id: string | undefined;
  await until(async () => {
    list = await fetch(`${proxy.url}/requests`).then((page) => page.text());
    id = /href="\/requests\/(\d+)"/.exec(list)?.[1];
    return id !== undefined;
  });
  const one = await fetch(`${proxy.url}/requests/${id}`).then((page) => page.text());
  expect(one).toContain('What happened when');
  expect(one).not.toContain('What was said');
  expect(`${list}${one}`).not.toMatch(/oracle|of-nobody|sk-of-the-client|sk-ant-api03/);
  const said = await fetch(`${proxy.url}/requests/${id}/said`);
  expect(said.status).toBe(404);
});

test('new calls come as rows for the head of the list, and the next question goes on behind them', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  const news = (after: string | number): Promise<string> =>
    fetch(`${proxy.url}/requests/news?after=${after}`).then((part) => part.text());
  expect(await news(0)).not.toContain('<template');
  await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 1,
      messages: [{ role: 'user', content: 'hi' }],
    }),
  }).then((answer) => answer.text());
  let part = '';
  await until(async () => (part = await news(0)).includes('<template'));
  expect(part).toContain('hx-target="#calls" hx-swap="afterbegin"');
  const newest = /\/requests\/news\?after=(\d+)/.exec(part)?.[1] ?? '';
  expect(part).toContain(`id="call-${newest}"`);
  expect(await news(newest)).not.toContain('<template');
});
