// The attack: the original let an upstream's or its own 401 bench an account before it knew who was calling,
// so that anybody who could reach the port emptied the pool with a handful of bad requests. Here only an
// answer of the upstream to a call of somebody who may call is a lesson, and only where it speaks of the
// account: what a client chooses (a path, a model, a header, its own login) is never held against one.
import { afterEach, describe, expect, it } from 'bun:test';
import type { ByteSource } from '../../src/http/bytes.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, apiError, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(reply: Reply, more: ProxyOptions = {}): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const accounts: ProxyOptions['accounts'] = [
    { name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' },
    { name: 'bob', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-bob' },
    { name: 'own', kind: 'passthrough', baseUrl: up.url },
  ];
  return { proxy: await rooms.add(aProxy({ accounts, ...more })), up };
}

const body = (model = 'claude-opus-5-5'): string =>
  JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] });

const post = (proxy: Proxy, headers: Record<string, string> = {}, text = body()): Promise<Response> =>
  fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body: text });

/** How the accounts stand, as the owner of the machine sees it. */
async function standings(proxy: Proxy): Promise<string> {
  const answer = await fetch(`${proxy.url}/status/accounts`);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain('ann');
  return text.replaceAll(/"(?:calls|served|last)[^,}]*/g, '');
}

/** A body that begins and goes on. */
function endless(onStart: () => void): ByteSource {
  return {
    start(sink) {
      sink.chunk(Buffer.from('{"type":'));
      onStart();
    },
    pause() {},
    resume() {},
    cancel() {},
  };
}

/** Resolves when the proxy has written a line of this name. */
async function lineOf(proxy: Proxy, event: string): Promise<void> {
  while (!proxy.lines.some((line) => line['event'] === event)) await fetch(`${proxy.url}/health/live`);
}

describe('nothing of an account changes', () => {
  it('by calls of somebody without a key, or with a wrong one', async () => {
    const { proxy, up } = await behind(() => message(), { keys: [{ name: 'ci' }] });
    const before = await standings(proxy);
    const attempts: Record<string, string>[] = [
      {},
      { 'x-api-key': `ccp-${'x'.repeat(43)}` },
      { authorization: 'Bearer nonsense' },
      { authorization: 'Bearer sk-ant-oat01-somebody-elses' },
      { 'x-account-name': 'ann' },
      { 'x-forwarded-for': '127.0.0.1' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of attempts)
      for (let times = 0; times < 3; times += 1)
        expect((await post(proxy, headers)).status).toBeWithin(401, 404);
    expect(up.calls).toEqual([]);
    expect(await standings(proxy)).toBe(before);
  });

  it('by a login of the caller’s own that the upstream refuses or limits', async () => {
    for (const [status, type] of [
      [401, 'authentication_error'],
      [403, 'permission_error'],
      [429, 'rate_limit_error'],
    ] as const) {
      const { proxy, up } = await behind(() => apiError(status, type, ['retry-after', '3600']));
      const before = await standings(proxy);
      for (let times = 0; times < 3; times += 1)
        expect((await post(proxy, { authorization: 'Bearer sk-ant-oat01-bad' })).status).toBe(status);
      expect(up.served()).toEqual(['sk-ant-oat01-bad', 'sk-ant-oat01-bad', 'sk-ant-oat01-bad']);
      expect(await standings(proxy)).toBe(before);
    }
  });

  it('by bad requests: not ours to answer, not the account’s to answer for', async () => {
    const { proxy } = await behind(() => message());
    const before = await standings(proxy);
    for (const text of [
      '',
      '{',
      '[]',
      '{}',
      '{"model":5}',
      '{"model":"a","model":"b"}',
      `{"model":"m","messages":[,]}`,
    ])
      await post(proxy, {}, text);
    for (const path of ['/v1/organizations/me', '/v1/files/..%2f..', '/v1/messages/', '/nothing'])
      await fetch(`${proxy.url}${path}`);
    expect(await standings(proxy)).toBe(before);
  });

  it('by leaving in the middle of an error that the upstream tells', async () => {
    const telling = Promise.withResolvers<void>();
    const { proxy } = await behind(() => ({
      status: 500,
      headers: ['content-type', 'application/json'],
      body: endless(() => {
        telling.resolve();
      }),
    }));
    const before = await standings(proxy);
    const leaving = new AbortController();
    const init = { method: 'POST', body: body(), signal: leaving.signal };
    const answer = fetch(`${proxy.url}/v1/messages`, init).catch((error: unknown) => error);
    await telling.promise;
    leaving.abort();
    await answer;
    await lineOf(proxy, 'call');
    expect(await standings(proxy)).toBe(before);
  });

  it('by what the upstream says of the request: no permission, no such model, words of the client', async () => {
    const says =
      (status: number, type: string, text: string): Reply =>
      () =>
        apiError(status, type, [], { message: text });
    const replies: Reply[] = [
      says(403, 'permission_error', 'Your API key does not have permission to use the specified resource.'),
      says(403, 'permission_error', 'You may not use "This API key has been disabled."'),
      says(400, 'invalid_request_error', 'model: "This organization has been disabled."'),
      says(404, 'not_found_error', 'model: claude-none'),
      says(400, 'invalid_request_error', 'tools.0: You have reached your specified API usage limits'),
      () =>
        apiError(400, 'invalid_request_error', [], {
          details: { error_code: 'organization_type_not_supported' },
        }),
      () => apiError(529, 'overloaded_error', ['x-should-retry', 'false', 'retry-after', '3600']),
      () => apiError(500, 'api_error'),
    ];
    for (const reply of replies) {
      const { proxy, up } = await behind(reply);
      const before = await standings(proxy);
      for (let times = 0; times < 3; times += 1)
        await post(proxy, {}, body('this api key has been disabled'));
      expect(up.calls.length).toBeGreaterThanOrEqual(3);
      expect(await standings(proxy)).toBe(before);
    }
  });
});

it('what the upstream says of the credential is a lesson, so that the test above can fail', async () => {
  const { proxy } = await behind(() => apiError(401, 'authentication_error'));
  const before = await standings(proxy);
  await post(proxy);
  expect(await standings(proxy)).not.toBe(before);
});
