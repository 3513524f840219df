import { afterEach, describe, expect, it } from 'bun:test';
import { createHash } from 'node:crypto';
import type { ByteSource } from '../../src/http/bytes.ts';
import { header } from '../../src/http/headers.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, apiError, json, message, sse, type Reply, type Upstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(
  reply: Reply,
  names: string[] = ['ann'],
  more: ProxyOptions = {},
): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name, at) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority: at,
    secret: `sk-ant-api03-${name}`,
  }));
  const proxy = await rooms.add(aProxy({ accounts, ...more }));
  return { proxy, up };
}

const body = '{"model": "claude-opus-5-5",\n "max_tokens":1,"messages":[{"role":"user","content":"hi ü"}] }';

function post(
  proxy: Proxy,
  headers: Record<string, string> = {},
  text: string = body,
  path = '/v1/messages?beta=true',
): Promise<Response> {
  return fetch(`${proxy.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: text,
  });
}

const fails =
  (bad: string[], answer: () => ReturnType<typeof json>): Reply =>
  ({ credential = '' }) =>
    bad.some((name) => credential.endsWith(name)) ? answer() : message();

describe('a message through the proxy', () => {
  it("arrives byte for byte with the account's credential in place of the client's", async () => {
    const { proxy, up } = await behind(() => message());
    const request = [
      'POST /v1/messages?beta=true HTTP/1.1',
      'Host: localhost',
      'Authorization: Bearer placeholder',
      'x-api-key: placeholder',
      'anthropic-beta: b-2, a-1,c',
      'Anthropic-Version: 2023-06-01',
      'X-Dup: 1',
      'x-dup: 2',
      'anthropic-unknown: yes',
      'X-Claude-Code-Session-Id: s1',
      'Cookie: a=b',
      'Connection: close, X-Hop',
      'X-Hop: 1',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    const { text } = await rawSend(proxy.port, request);
    expect(text).toStartWith('HTTP/1.1 200');
    const [call] = up.calls;
    expect(call!.target).toBe('/v1/messages?beta=true');
    expect(createHash('sha256').update(call!.body).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
    expect(call!.headers.filter((_, at) => at % 2 === 0)).toEqual([
      'Host',
      'anthropic-beta',
      'Anthropic-Version',
      'X-Dup',
      'x-dup',
      'anthropic-unknown',
      'X-Claude-Code-Session-Id',
      'Content-Length',
      'X-Api-Key',
    ]);
    expect(header(call!.headers, 'anthropic-beta')).toBe('b-2, a-1,c');
    expect(call!.credential).toBe('sk-ant-api03-ann');
    expect(call!.headers.join('\n')).not.toContain('placeholder');
  });

  it('is answered with status, headers and body of the upstream, and who served it', async () => {
    const { proxy } = await behind(() =>
      json(200, { id: 'msg_1' }, ['Request-Id', 'req_9', 'X-Weird', 'Ok']),
    );
    const answer = await post(proxy, { 'x-request-id': 'mine-1' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('request-id')).toBe('req_9');
    expect(answer.headers.get('x-weird')).toBe('Ok');
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(answer.headers.get('x-ccproxy-account')).toBe('ann');
    expect(answer.headers.get('x-ccproxy-attempts')).toBe('1');
    expect(await answer.text()).toBe('{"id":"msg_1"}');
  });

  it('also under the alias /api/v1', async () => {
    const { proxy, up } = await behind(() => message());
    expect((await post(proxy, {}, body, '/api/v1/messages?beta=true')).status).toBe(200);
    expect(up.calls[0]!.target).toBe('/v1/messages?beta=true');
  });

  it("keeps a path prefix of the account's base URL", async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [
      { name: 'ann', kind: 'api-key' as const, baseUrl: `${up.url}/gate/way`, secret: 'sk-ant-api03-a' },
    ];
    const proxy = await rooms.add(aProxy({ accounts }));
    await post(proxy);
    expect(up.calls[0]!.target).toBe('/gate/way/v1/messages?beta=true');
  });

  it('gets anthropic-version only where the client forgot it', async () => {
    const { proxy, up } = await behind(() => message());
    await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body });
    await post(proxy, { 'anthropic-version': '2026-10-21' });
    expect(up.calls.map(({ headers }) => header(headers, 'anthropic-version'))).toEqual([
      '2023-06-01',
      '2026-10-21',
    ]);
  });

  it.each(['gzip', 'zstd'])('passes a compressed answer (%s) still compressed', async (coding) => {
    const packed =
      coding === 'gzip' ? Bun.gzipSync('{"id":"msg_1"}') : Bun.zstdCompressSync('{"id":"msg_1"}');
    const { proxy } = await behind(() => ({
      status: 200,
      headers: ['content-encoding', coding],
      body: new Uint8Array(packed),
    }));
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body,
      decompress: false,
    } as RequestInit);
    expect(answer.headers.get('content-encoding')).toBe(coding);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(packed));
  });

  it('streams events as they come, pings and comments too', async () => {
    let sink: Parameters<ByteSource['start']>[0] | undefined;
    const started = Promise.withResolvers<void>();
    const source: ByteSource = {
      start: (to) => {
        sink = to;
        started.resolve();
      },
      pause: () => {},
      resume: () => {},
      cancel: () => {},
    };
    const { proxy } = await behind(() => ({
      status: 200,
      headers: ['content-type', 'text/event-stream'],
      body: source,
    }));
    const answering = post(proxy);
    await started.promise;
    const start = sse({ type: 'message_start' });
    sink!.chunk(Buffer.from(start));
    const reader = (await answering).body!.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe(start);
    sink!.chunk(Buffer.from('event: ping\ndata: {}\n\n'));
    expect(await read()).toBe('event: ping\ndata: {}\n\n');
    sink!.chunk(Buffer.from(': a comment\n\n'));
    expect(await read()).toBe(': a comment\n\n');
    sink!.end();
    expect((await reader.read()).done).toBe(true);
  });

  it("breaks the client's connection when the upstream breaks in the middle", async () => {
    const source: ByteSource = {
      start: (to) => {
        to.chunk(Buffer.from(sse({ type: 'message_start' })));
        setImmediate(() => {
          to.fail(new Error('cut'));
        });
      },
      pause: () => {},
      resume: () => {},
      cancel: () => {},
    };
    const { proxy, up } = await behind(() => ({ status: 200, headers: [], body: source }), ['ann', 'bob']);
    const request = `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const { text, ended } = await rawSend(proxy.port, request);
    expect(text).toContain('message_start');
    expect(text).not.toContain('\r\n0\r\n');
    expect(ended).toBe('reset');
    expect(up.calls.length).toBe(1);
  });

  it('closes the upstream call at once when the client leaves', async () => {
    const left = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { proxy } = await behind(({ signal }) => {
      signal.addEventListener('abort', () => {
        left.resolve();
      });
      arrived.resolve();
      return new Promise(() => {});
    });
    const leaving = new AbortController();
    const answer = fetch(`${proxy.url}/v1/messages`, { method: 'POST', body, signal: leaving.signal }).catch(
      () => 'left',
    );
    await arrived.promise;
    leaving.abort();
    await left.promise;
    expect(await answer).toBe('left');
  });
});

describe('failover', () => {
  const limit = (): ReturnType<typeof json> => apiError(429, 'rate_limit_error', ['retry-after', '120']);

  it('moves on to the next account when the first is at its limit, and stays there', async () => {
    const { proxy, up } = await behind(fails(['ann'], limit), ['ann', 'bob']);
    const answer = await post(proxy);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ccproxy-account')).toBe('bob');
    expect(answer.headers.get('x-ccproxy-attempts')).toBe('2');
    await post(proxy);
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-bob', 'sk-ant-api03-bob']);
  });

  it('repeats the very same bytes', async () => {
    const { proxy, up } = await behind(fails(['ann'], limit), ['ann', 'bob']);
    await post(proxy);
    expect(up.calls.map((call) => call.body.toString())).toEqual([body, body]);
  });

  it.each([
    ['a refused credential', () => apiError(401, 'authentication_error')],
    ['an overloaded upstream', () => apiError(503, 'api_error')],
    ['an internal error', () => apiError(500, 'api_error')],
    [
      'a held organization',
      () => apiError(400, 'invalid_request_error', [], { details: { error_code: 'organization_on_hold' } }),
    ],
  ])('moves on after %s', async (_, answer) => {
    const { proxy, up } = await behind(fails(['ann'], answer), ['ann', 'bob']);
    expect((await post(proxy)).status).toBe(200);
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-bob']);
  });

  it('moves on from a host nobody answers at', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const gone = await anUpstream(() => message());
    await gone.close();
    const accounts = [
      { name: 'ann', kind: 'api-key' as const, baseUrl: gone.url, priority: 0, secret: 'sk-ant-api03-ann' },
      { name: 'bob', kind: 'api-key' as const, baseUrl: up.url, priority: 1, secret: 'sk-ant-api03-bob' },
    ];
    const proxy = await rooms.add(aProxy({ accounts }));
    expect((await post(proxy)).headers.get('x-ccproxy-attempts')).toBe('2');
    expect((await post(proxy)).headers.get('x-ccproxy-attempts')).toBe('1');
    const warned = proxy.lines.filter(({ event }) => event === 'upstream unreachable');
    expect(warned.map(({ account }) => account)).toEqual(['ann']);
  });

  it('leaves a line that tells the attempts, and who was tried last, also when nobody answered', async () => {
    const gone = await anUpstream(() => message());
    await gone.close();
    const account = { kind: 'api-key' as const, baseUrl: gone.url };
    const accounts = [
      { ...account, name: 'ann', priority: 0, secret: 'sk-ant-api03-ann' },
      { ...account, name: 'bob', priority: 1, secret: 'sk-ant-api03-bob' },
    ];
    const proxy = await rooms.add(aProxy({ accounts }));
    expect((await post(proxy)).status).toBe(502);
    const line = (): unknown => proxy.lines.find(({ event }) => event === 'call');
    await until(() => line() !== undefined);
    expect(line()).toMatchObject({ status: 502, attempts: 2, account: 'bob' });
  });

  it('does not move for a mistake of the request', async () => {
    const { proxy, up } = await behind(() => apiError(400, 'invalid_request_error'), ['ann', 'bob']);
    const answer = await post(proxy);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('invalid_request_error from upstream');
    expect(up.calls.length).toBe(1);
  });

  it('repeats an overload in place twice, then moves on', async () => {
    const { proxy, up } = await behind(
      fails(['ann'], () => apiError(529, 'overloaded_error')),
      ['ann', 'bob'],
    );
    expect((await post(proxy)).status).toBe(200);
    expect(up.served()).toEqual([
      'sk-ant-api03-ann',
      'sk-ant-api03-ann',
      'sk-ant-api03-ann',
      'sk-ant-api03-bob',
    ]);
  });

  it("answers with the upstream's own overload when every account is overloaded", async () => {
    const { proxy } = await behind(
      () => apiError(529, 'overloaded_error', ['request-id', 'req_7']),
      ['ann', 'bob'],
    );
    const answer = await post(proxy);
    expect(answer.status).toBe(529);
    expect(answer.headers.get('request-id')).toBe('req_7');
    expect(await answer.json()).toMatchObject({ error: { type: 'overloaded_error' } });
  });

  it('answers 429 with the soonest reset when every account is at its limit', async () => {
    const reply: Reply = ({ credential }) =>
      apiError(429, 'rate_limit_error', ['retry-after', credential!.endsWith('ann') ? '600' : '30']);
    const { proxy, up } = await behind(reply, ['ann', 'bob']);
    for (const expected of [2, 2]) {
      const answer = await post(proxy);
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeWithin(1, 31);
      expect(answer.headers.get('x-should-retry')).toBeNull();
      expect(up.calls.length).toBe(expected);
    }
  });

  it('says that waiting is useless when the soonest reset is far away', async () => {
    const { proxy } = await behind(
      () => apiError(429, 'rate_limit_error', ['retry-after', '7200']),
      ['ann', 'bob'],
    );
    const answer = await post(proxy);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(7_000);
    expect(await answer.text()).toContain('2 h');
  });

  it('says that plans are at their end where every account has used up a window of its own', async () => {
    const reset = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds);
    const unified = (claim: string, window: string, seconds: number): string[] =>
      Object.entries({
        status: 'rejected',
        'representative-claim': claim,
        [`${window}-status`]: 'rejected',
        [`${window}-reset`]: reset(seconds),
      }).flatMap(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]);
    const ofPlan: Reply = ({ credential }) =>
      apiError(
        429,
        'rate_limit_error',
        credential!.endsWith('ann') ? unified('five_hour', '5h', 7_200) : unified('seven_day', '7d', 3_600),
      );
    const plan = await post((await behind(ofPlan, ['ann', 'bob'])).proxy);
    expect(plan.status).toBe(429);
    expect(plan.headers.get('anthropic-ratelimit-unified-representative-claim')).toBe('seven_day');
    const until = Number(plan.headers.get('anthropic-ratelimit-unified-reset')) - Date.now() / 1000;
    expect(until).toBeWithin(3_500, 3_602);
    expect(Number(plan.headers.get('retry-after'))).toBeWithin(3_500, 3_602);
    expect(plan.headers.get('anthropic-ratelimit-unified-5h-status')).toBeNull();

    const mixed: Reply = (call) =>
      call.credential!.endsWith('ann')
        ? ofPlan(call)
        : apiError(429, 'rate_limit_error', ['retry-after', '3600']);
    const throttle = await post((await behind(mixed, ['ann', 'bob'])).proxy);
    expect(throttle.status).toBe(429);
    expect([...throttle.headers.keys()].filter((name) => name.includes('unified'))).toEqual([]);
  });

  it('answers with the soonest moment where the share of one family of models is used up everywhere', async () => {
    const ofOpus: Reply = ({ credential, body: asked }) => {
      if (!asked.toString().includes('opus')) return message();
      const reset = Math.ceil(Date.now() / 1000) + (credential!.endsWith('ann') ? 600 : 50);
      const window = 'anthropic-ratelimit-unified-7d_opus';
      return apiError(429, 'rate_limit_error', [
        `${window}-status`,
        'rejected',
        `${window}-reset`,
        String(reset),
      ]);
    };
    const { proxy } = await behind(ofOpus, ['ann', 'bob']);
    const answer = await post(proxy);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeWithin(1, 53);
    expect(answer.headers.get('anthropic-ratelimit-unified-representative-claim')).toBe('seven_day_opus');
    expect((await post(proxy, {}, body.replace('opus', 'sonnet'))).status).toBe(200);
  });

  it('passes the limit of an only account as it is', async () => {
    const { proxy } = await behind(() =>
      apiError(429, 'rate_limit_error', ['retry-after', '77', 'anthropic-ratelimit-requests-limit', '5']),
    );
    const answer = await post(proxy);
    expect(answer.headers.get('retry-after')).toBe('77');
    expect(answer.headers.get('anthropic-ratelimit-requests-limit')).toBe('5');
    expect(await answer.text()).toContain('rate_limit_error from upstream');
  });

  it('never benches an account for a 429 that names no window', async () => {
    let calls = 0;
    const reply: Reply = () => {
      calls += 1;
      return calls === 1 ? apiError(429, 'rate_limit_error') : message();
    };
    const { proxy, up } = await behind(reply, ['ann', 'bob']);
    expect((await post(proxy, { 'x-claude-code-session-id': 'one' })).status).toBe(200);
    await post(proxy, { 'x-claude-code-session-id': 'two' });
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-bob', 'sk-ant-api03-ann']);
  });

  it('tries once more when an idle connection had been closed under it', async () => {
    const up = await rooms.add(
      anUpstream(() => {
        if (up.calls.length === 2) throw new Error('closed while idle');
        return message();
      }),
    );
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
    const proxy = await rooms.add(aProxy({ accounts }));
    expect((await post(proxy)).status).toBe(200);
    const second = await post(proxy);
    expect(second.status).toBe(200);
    expect(up.calls.length).toBe(3);
  });

  it("hides limits that are not the caller's when several accounts share the calls", async () => {
    const { proxy } = await behind(
      () => json(200, {}, ['anthropic-ratelimit-requests-limit', '5', 'request-id', 'r']),
      ['ann', 'bob'],
    );
    const answer = await post(proxy);
    expect(answer.headers.get('anthropic-ratelimit-requests-limit')).toBeNull();
    expect(answer.headers.get('request-id')).toBe('r');
  });
});

describe('sessions', () => {
  it('stay on their account, and new ones go to the least busy', async () => {
    const { proxy, up } = await behind(() => message(), ['ann', 'bob']);
    const names = ['s1', 's1', 's2', 's2', 's1'];
    for (const name of names) await post(proxy, { 'x-claude-code-session-id': name });
    const bySession = new Map<string, Set<string>>();
    for (const [at, name] of names.entries()) {
      bySession.set(name, (bySession.get(name) ?? new Set()).add(up.served()[at]!));
    }
    expect([...bySession.values()].map((used) => used.size)).toEqual([1, 1]);
  });
});

describe('every call', () => {
  it('leaves one line that tells account, attempts, time and tokens, and no secret or body', async () => {
    const { proxy } = await behind(() => message('the-answer-text'));
    await (
      await post(proxy, { 'x-api-key': 'sk-ant-api03-planted', 'x-claude-code-session-id': 's1' })
    ).text();
    const linesOfCalls = (): typeof proxy.lines => proxy.lines.filter(({ event }) => event === 'call');
    await until(() => linesOfCalls().length > 0);
    const lines = linesOfCalls();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      status: 200,
      ended: 'complete',
      client: 'local',
      account: 'ann',
      attempts: 1,
      model: 'claude-opus-5-5',
      session: 's1',
      input: 10,
      output: 3,
    });
    const all = JSON.stringify(proxy.lines);
    for (const planted of ['sk-ant-api03-planted', 'sk-ant-api03-ann', 'the-answer-text', 'hi ü']) {
      expect(all).not.toContain(planted);
    }
  });

  it('leaves a line of bounded length, whatever the client calls itself', async () => {
    const { proxy } = await behind(() => message());
    await (await post(proxy, { 'x-claude-code-agent-id': 'a'.repeat(20_000) })).text();
    const lineOfCall = (): unknown => proxy.lines.find(({ event }) => event === 'call');
    await until(() => lineOfCall() !== undefined);
    expect(JSON.stringify(lineOfCall()).length).toBeWithin(200, 2_000);
  });
});
