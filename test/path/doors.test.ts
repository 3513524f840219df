import { afterEach, describe, expect, it } from 'bun:test';
import { connect } from 'node:net';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(more: ProxyOptions = {}): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  return { proxy: await rooms.add(aProxy({ accounts, ...more })), up };
}

const body = '{"model":"claude-opus-5-5","messages":[]}';

function post(proxy: Proxy, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body });
}

async function envelope(answer: Response): Promise<{ type: string; message: string }> {
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('x-request-id')).toBeTruthy();
  const said = (await answer.json()) as { type: string; error: { type: string; message: string } };
  expect(said.type).toBe('error');
  return said.error;
}

describe('client keys', () => {
  it('are not needed on this machine while there are none', async () => {
    const { proxy } = await behind();
    expect((await post(proxy)).status).toBe(200);
  });

  it('are accepted as x-api-key, as a Bearer, and both at once', async () => {
    const { proxy, up } = await behind({ keys: [{ name: 'ci' }] });
    const [key = ''] = proxy.keys;
    expect((await post(proxy, { 'x-api-key': key })).status).toBe(200);
    expect((await post(proxy, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await post(proxy, { 'x-api-key': key, authorization: `Bearer ${key}` })).status).toBe(200);
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-ann', 'sk-ant-api03-ann']);
    expect(JSON.stringify(up.calls.map(({ headers }) => headers))).not.toContain(key);
  });

  it('are required as soon as there is one, and a refusal ends every retry', async () => {
    const { proxy, up } = await behind({ keys: [{ name: 'ci' }] });
    const answer = await post(proxy, { authorization: 'Bearer nonsense' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect((await envelope(answer)).type).toBe('authentication_error');
    expect(up.calls).toEqual([]);
  });

  it('allow only the models they name', async () => {
    const { proxy, up } = await behind({ keys: [{ name: 'ci', models: ['claude-haiku-*'] }] });
    const answer = await post(proxy, { 'x-api-key': proxy.keys[0]! });
    expect(answer.status).toBe(400);
    expect((await envelope(answer)).type).toBe('invalid_request_error');
    expect(up.calls).toEqual([]);
  });

  it('allow only the accounts they name', async () => {
    const { proxy } = await behind({ keys: [{ name: 'ci', accounts: ['someone else'] }] });
    const answer = await post(proxy, { 'x-api-key': proxy.keys[0]! });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });

  it('are held to their calls a minute', async () => {
    const { proxy } = await behind({ keys: [{ name: 'ci', requestsPerMinute: 1 }] });
    const headers = { 'x-api-key': proxy.keys[0]! };
    expect((await post(proxy, headers)).status).toBe(200);
    const answer = await post(proxy, headers);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('who may come in', () => {
  it('refuses a name that is not ours, as DNS rebinding brings it', async () => {
    const { proxy, up } = await behind();
    for (const path of ['/v1/messages', '/status', '/health']) {
      const { text } = await rawSend(
        proxy.port,
        `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toStartWith('HTTP/1.1 403');
    }
    expect(up.calls).toEqual([]);
  });

  it('refuses a page of another site, whatever the content type', async () => {
    const { proxy, up } = await behind();
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
      const answer = await post(proxy, { origin, 'content-type': 'text/plain' });
      expect(answer.status).toBe(403);
    }
    expect((await post(proxy, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(
      403,
    );
    expect(up.calls).toEqual([]);
  });

  it('never takes a forwarded call for a local one', async () => {
    const { proxy } = await behind();
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(`${proxy.url}/status`)).status).toBe(200);
    expect((await fetch(`${proxy.url}/status`, { headers: forwarded })).status).toBe(403);
    expect((await post(proxy, forwarded)).status).toBe(401);
  });

  it('answers HEAD /api/hello at once, without a credential', async () => {
    const { proxy } = await behind({ keys: [{ name: 'ci' }] });
    const answer = await fetch(`${proxy.url}/api/hello`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(proxy.lines.filter(({ event }) => event === 'call')).toEqual([]);
  });

  it('refuses to start for other machines without a key', async () => {
    await expect(behind({ flags: { 'server.host': '0.0.0.0' } })).rejects.toMatchObject({
      code: 'exposed-without-keys',
    });
  });

  it('refuses to start for other machines with keys but without TLS', async () => {
    const starting = behind({ flags: { 'server.host': '0.0.0.0' }, keys: [{ name: 'ci' }] });
    await expect(starting).rejects.toMatchObject({ code: 'exposed-without-tls' });
  });
});

describe('bad input', () => {
  const cases: [what: string, path: string, init: RequestInit, status: number, type: string][] = [
    ['bad JSON', '/v1/messages', { method: 'POST', body: '{"model":' }, 400, 'invalid_request_error'],
    ['no body', '/v1/messages', { method: 'POST' }, 400, 'invalid_request_error'],
    ['no model', '/v1/messages', { method: 'POST', body: '{"messages":[]}' }, 400, 'invalid_request_error'],
    ['a wrong method', '/v1/messages', { method: 'GET' }, 405, 'invalid_request_error'],
    ['an unknown route', '/v2/messages', { method: 'POST', body }, 404, 'not_found_error'],
    ['an admin path', '/v1/organizations/me', {}, 403, 'permission_error'],
    ['an admin path by its alias', '/api/v1/organizations/me', {}, 403, 'permission_error'],
    ['the token exchange', '/v1/oauth/token', { method: 'POST', body: '{}' }, 403, 'permission_error'],
    [
      'an unknown account',
      '/v1/messages',
      { method: 'POST', body, headers: { 'x-account-name': 'zoe' } },
      404,
      'not_found_error',
    ],
    ['an odd path', '/v1/%6Frganizations/me', {}, 400, 'invalid_request_error'],
  ];

  it.each(cases)(
    '%s gets the envelope, the right status, and no upstream call',
    async (_, path, init, status, type) => {
      const { proxy, up } = await behind();
      const answer = await fetch(`${proxy.url}${path}`, init);
      expect(answer.status).toBe(status);
      expect((await envelope(answer)).type).toBe(type);
      expect(up.calls).toEqual([]);
      expect(await (await fetch(`${proxy.url}/health/ready`)).json()).toMatchObject({ status: 'pass' });
    },
  );

  it('a body over the limit gets 413 before it is read', async () => {
    const { proxy, up } = await behind({ config: '[server]\nmax_body_bytes = 1024\n' });
    const head = 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n';
    const { text } = await rawSend(proxy.port, head, (seen) => seen.includes('request_too_large'));
    expect(text).toStartWith('HTTP/1.1 413');
    expect(up.calls).toEqual([]);
  });

  it('a chunked body over the limit gets 413 too', async () => {
    const { proxy } = await behind({ config: '[server]\nmax_body_bytes = 1024\n' });
    const head = 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { text } = await rawSend(proxy.port, `${head}7d0\r\n${'x'.repeat(2000)}\r\n`, (seen) =>
      seen.includes('too_large'),
    );
    expect(text).toStartWith('HTTP/1.1 413');
  });

  it.each([
    [
      'contradicting lengths',
      'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'oversized headers',
      `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
      431,
    ],
    ['no Host', 'GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'two Hosts',
      'GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n',
      400,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
  ])('%s get the envelope', async (_, request, status) => {
    const { proxy, up } = await behind();
    const { text } = await rawSend(proxy.port, request);
    expect(text).toStartWith(`HTTP/1.1 ${status} `);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
    });
    expect(up.calls).toEqual([]);
  });

  it('a dead upstream gets 502 and the account stays ready', async () => {
    const { proxy, up } = await behind();
    await up.close();
    const answer = await post(proxy);
    expect(answer.status).toBe(502);
    expect((await envelope(answer)).message).toBe('The upstream could not be reached.');
    expect(await (await fetch(`${proxy.url}/health/ready`)).json()).toMatchObject({ status: 'pass' });
  });

  it('an upstream that is not TLS where TLS is due gets 502', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [
      {
        name: 'ann',
        kind: 'api-key' as const,
        baseUrl: up.url.replace('http:', 'https:'),
        secret: 'sk-ant-api03-a',
      },
    ];
    const proxy = await rooms.add(aProxy({ accounts }));
    expect((await post(proxy)).status).toBe(502);
  });

  it('a client that leaves in the middle of its body changes nothing', async () => {
    const { proxy, up } = await behind();
    await new Promise<void>((resolve) => {
      const socket = connect(proxy.port, '127.0.0.1', () => {
        socket.write(
          'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"mod',
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
    });
    expect((await post(proxy)).status).toBe(200);
    expect(up.calls.length).toBe(1);
  });
});
