// The attack: a person opens a web page while the proxy runs on their machine. The page spends their keys,
// reads their status, or calls the control routes. It gets here in two ways: under its own name, which it
// lets its DNS server point to 127.0.0.1 after the page has loaded (DNS rebinding; the browser then even
// lets the page read the answers), or across sites, with a request simple enough that browsers send it
// without asking (a form, a picture, a POST of text/plain).
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function onThisMachine(config = ''): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  return { proxy: await rooms.add(aProxy({ accounts, config })), up };
}

const body = '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"spend"}]}';

/** What a browser would put on the wire. */
function request(line: string, headers: Record<string, string>, content?: string): string {
  const all = { ...headers, ...(content !== undefined && { 'Content-Length': String(content.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, 'Connection: close', '', content ?? ''].join('\r\n');
}

async function refusal(proxy: Proxy, text: string): Promise<string> {
  const answer = (await rawSend(proxy.port, text)).text;
  expect(answer).toStartWith('HTTP/1.1 403 ');
  // Nothing that tells the page more than that: no secret, no account, no permission for its site.
  expect(answer).not.toMatch(/sk-ant|ann|access-control-allow/i);
  return answer;
}

const routes = [
  '/',
  '/v1/messages',
  '/v1/models',
  '/v1/files',
  '/api/v1/messages',
  '/api/hello',
  '/status',
  '/metrics',
  '/status/accounts',
  '/health',
  '/health/ready',
  '/no/such/path',
];

describe('a page under a name of its own that points here', () => {
  it('is refused on every route, though its origin and its host agree', async () => {
    const { proxy, up } = await onThisMachine();
    for (const route of routes) {
      const host = `evil.example:${proxy.port}`;
      await refusal(proxy, request(`GET ${route}`, { Host: host }));
      await refusal(
        proxy,
        request(
          `POST ${route}`,
          {
            Host: host,
            Origin: `http://${host}`,
            'Sec-Fetch-Site': 'same-origin',
            'Content-Type': 'application/json',
          },
          body,
        ),
      );
    }
    expect(up.calls).toEqual([]);
  });

  it('is refused under names that only look like this machine', async () => {
    const { proxy, up } = await onThisMachine();
    for (const name of ['127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '[::]', '2130706433'])
      await refusal(proxy, request('POST /v1/messages', { Host: `${name}:${proxy.port}` }, body));
    expect(up.calls).toEqual([]);
  });
});

describe('a page of another site', () => {
  it('cannot send what browsers send without asking', async () => {
    const { proxy, up } = await onThisMachine();
    const host = { Host: `localhost:${proxy.port}` };
    const cross = { ...host, 'Sec-Fetch-Site': 'cross-site' };
    for (const route of routes) {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json',
      ])
        await refusal(
          proxy,
          request(`POST ${route}`, { ...cross, Origin: 'https://evil.example', 'Content-Type': type }, body),
        );
      // A form in a sandboxed frame has an origin it does not tell.
      await refusal(
        proxy,
        request(`POST ${route}`, { ...cross, Origin: 'null', 'Sec-Fetch-Mode': 'navigate' }, body),
      );
      await refusal(
        proxy,
        request(`GET ${route}`, { ...cross, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }),
      );
      await refusal(
        proxy,
        request(`GET ${route}`, { ...cross, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }),
      );
    }
    expect(up.calls).toEqual([]);
  });

  it('is refused also when it is served on this machine, on another port', async () => {
    const { proxy, up } = await onThisMachine();
    const headers = {
      Host: `localhost:${proxy.port}`,
      Origin: 'http://localhost:3000',
      'Sec-Fetch-Site': 'same-site',
    };
    await refusal(proxy, request('POST /v1/messages', headers, body));
    await refusal(proxy, request('GET /status', headers));
    expect(up.calls).toEqual([]);
  });

  it('gets no leave from a browser that asks first', async () => {
    const { proxy, up } = await onThisMachine();
    await refusal(
      proxy,
      request('OPTIONS /v1/messages', {
        Host: `localhost:${proxy.port}`,
        Origin: 'https://evil.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
        'Access-Control-Request-Private-Network': 'true',
      }),
    );
    expect(up.calls).toEqual([]);
  });
});

describe('beside a page that the settings allow', () => {
  const friend = 'https://tools.example.com';
  const withFriend = () => onThisMachine(`[server]\nallowed_origins = ["${friend}"]\n`);
  const asking = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-api-key' };

  it('another one still gets nothing, also by names that only look like it', async () => {
    const { proxy, up } = await withFriend();
    for (const origin of [
      'https://evil.example',
      `${friend}.evil.example`,
      'http://tools.example.com',
      `${friend}:8443`,
      'https://evil.tools.example.com',
      'null',
    ]) {
      const page = { Host: `localhost:${proxy.port}`, Origin: origin };
      await refusal(proxy, request('OPTIONS /v1/messages', { ...page, ...asking }));
      await refusal(proxy, request('POST /v1/messages', { ...page, 'Content-Type': 'text/plain' }, body));
      // Two origins, one of them good.
      const text = request('POST /v1/messages', page, body).replace(
        'Origin:',
        `Origin: ${friend}\r\nOrigin:`,
      );
      await refusal(proxy, text);
    }
    expect(up.calls).toEqual([]);
  });

  it('that one too is shown nothing of what the proxy tells of itself', async () => {
    const { proxy } = await withFriend();
    const page = { Host: `localhost:${proxy.port}`, Origin: friend };
    for (const route of [
      '/status',
      '/status/accounts',
      '/metrics',
      '/health',
      '/control/hello',
      '/control/stop',
    ]) {
      for (const line of [`OPTIONS ${route}`, `GET ${route}`]) {
        const { text } = await rawSend(proxy.port, request(line, { ...page, ...asking }));
        expect([line, /access-control-allow/i.test(text)]).toEqual([line, false]);
      }
    }
  });
});

it('a program on this machine gets in, as before', async () => {
  const { proxy, up } = await onThisMachine();
  const { text } = await rawSend(
    proxy.port,
    request('POST /v1/messages', { Host: `localhost:${proxy.port}` }, body),
  );
  expect(text).toStartWith('HTTP/1.1 200 ');
  expect(up.calls).toHaveLength(1);
});
