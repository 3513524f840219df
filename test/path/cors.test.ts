import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';
import { sourceOf } from '../help/a-source.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const page = 'https://tools.example.com';
const body = '{"model":"claude-opus-5-5","messages":[]}';

async function open(reply = message): Promise<{ proxy: Proxy; up: Upstream; key: string }> {
  const up = await rooms.add(anUpstream(() => reply()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  const config = `[server]\nallowed_origins = ["${page}"]\n`;
  const proxy = await rooms.add(aProxy({ accounts, config, keys: [{ name: 'page' }] }));
  return { proxy, up, key: proxy.keys[0]! };
}

const call = (proxy: Proxy, headers: Record<string, string>): Promise<Response> =>
  fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { origin: page, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', ...headers },
    body,
  });

describe('a page of an allowed origin', () => {
  it('gets leave from here when its browser asks, without a key and without the upstream', async () => {
    const { proxy, up } = await open();
    const asked = [
      'OPTIONS /v1/messages?beta=true HTTP/1.1',
      `Host: localhost:${proxy.port}`,
      `Origin: ${page}`,
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Mode: cors',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: anthropic-dangerous-direct-browser-access,anthropic-version,content-type,x-api-key',
      'Connection: close',
    ];
    const { text } = await rawSend(proxy.port, `${asked.join('\r\n')}\r\n\r\n`);
    expect(text).toStartWith('HTTP/1.1 204 ');
    const head = text.toLowerCase();
    expect(head).toContain(`access-control-allow-origin: ${page}\r\n`);
    expect(head).toMatch(/access-control-allow-methods: .*\bpost\b/);
    expect(head).toMatch(/access-control-allow-headers: .*\bx-api-key\b/);
    expect(head).toContain('vary: origin\r\n');
    expect(head).not.toContain('allow-credentials');
    expect(up.calls).toEqual([]);
  });

  it('may read what comes back: an answer, a stream, and what is wrong', async () => {
    const { proxy, key } = await open();
    const good = await call(proxy, { 'x-api-key': key });
    expect(good.status).toBe(200);
    expect(good.headers.get('access-control-allow-origin')).toBe(page);
    expect(good.headers.get('access-control-expose-headers')).toBe('*');
    const refused = await call(proxy, { 'x-api-key': 'wrong' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(page);
    const lost = await fetch(`${proxy.url}/v1/`, { headers: { origin: page } });
    expect(lost.status).toBe(404);
    expect(lost.headers.get('access-control-allow-origin')).toBe(page);
  });

  it('may read a stream whatever the upstream says of pages', async () => {
    const { proxy, key } = await open(() => ({
      status: 200,
      headers: ['content-type', 'text/event-stream', 'access-control-allow-origin', 'https://other.example'],
      body: sourceOf('data: {"type":"ping"}\n\n'),
    }));
    const answer = await call(proxy, { 'x-api-key': key });
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    expect(await answer.text()).toContain('ping');
  });
});

it('a caller that is no page gets what the upstream says, and nothing of ours', async () => {
  const { proxy, key } = await open(() => {
    const answer = message();
    return { ...answer, headers: [...answer.headers, 'access-control-allow-origin', '*'] };
  });
  const answer = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body,
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-expose-headers')).toBeNull();
  expect(answer.headers.get('vary')).toBeNull();
});

it('leave is given and taken back by a saved file', async () => {
  const { proxy, key } = await open();
  await Bun.write(proxy.places.config, '');
  await proxy.server.reload();
  expect((await call(proxy, { 'x-api-key': key })).status).toBe(403);
});
