import { afterEach, describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Answer } from '../../src/http/call.ts';
import { header } from '../../src/http/headers.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { HandSource, sourceOf } from '../help/a-source.ts';
import { aMessage, dataOf, eventsOf, sseBytes, type Json } from '../help/an-openai-call.ts';
import { anUpstream, apiError, json, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const hi = { role: 'user', content: 'hi' };
const chat = { model: 'gpt-5', messages: [hi] };
const aliases = '[openai.models]\n"gpt-*" = "claude-opus-5-5"\n"mini" = "claude-haiku-5-5"\n';

interface Scene {
  proxy: Proxy;
  up: Upstream;
}

async function behind(reply: Reply, options: ProxyOptions = {}, names = ['ann']): Promise<Scene> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    secret: `sk-ant-api03-${name}`,
  }));
  return { proxy: await rooms.add(aProxy({ accounts, config: aliases, ...options })), up };
}

const post = (
  proxy: Proxy,
  body: object,
  more: RequestInit = {},
  path = '/v1/chat/completions',
): Promise<Response> => fetch(proxy.url + path, { method: 'POST', body: JSON.stringify(body), ...more });

const streamed = (answer: Json): Answer => ({
  status: 200,
  headers: ['content-type', 'text/event-stream; charset=utf-8', 'request-id', 'req_up'],
  body: sourceOf(sseBytes(eventsOf(answer))),
});

const hello = aMessage([{ type: 'text', text: 'hello' }]);

describe('a call in the words of OpenAI', () => {
  it('goes upstream as one of messages, without what is meant for OpenAI or for us', async () => {
    const { proxy, up } = await behind(() => message(), { keys: [{ name: 'tool' }] });
    const headers = {
      authorization: `Bearer ${proxy.keys[0]!}`,
      'content-type': 'application/json; charset=utf-8',
      'openai-organization': 'org-1',
      'x-ccproxy-dialect': 'openai',
      'user-agent': 'OpenAI/JS 7.57.0',
      'accept-encoding': 'gzip',
    };
    const answer = await post(proxy, chat, { headers });
    expect(answer.status).toBe(200);
    const [call] = up.calls;
    expect(call).toMatchObject({ method: 'POST', target: '/v1/messages', credential: 'sk-ant-api03-ann' });
    const sent = (name: string): string | undefined => header(call!.headers, name);
    expect(sent('user-agent')).toBe('OpenAI/JS 7.57.0');
    expect(sent('anthropic-version')).toBe('2023-06-01');
    expect(sent('content-type')).toBe('application/json');
    expect(Number(sent('content-length'))).toBe(call!.body.length);
    for (const name of ['openai-organization', 'x-ccproxy-dialect', 'authorization', 'accept-encoding'])
      expect(sent(name)).toBeUndefined();
    expect(JSON.stringify(call!.headers)).not.toContain(proxy.keys[0]!);
    expect(JSON.parse(call!.body.toString())).toMatchObject({ model: 'claude-opus-5-5' });
  });

  it('has the headers of every answer, its length, and a warning of what was not done', async () => {
    const { proxy } = await behind(() => message('hello'));
    const answer = await post(proxy, { ...chat, temperature: 0 }, { headers: { 'x-request-id': 'mine' } });
    expect(answer.headers.get('x-request-id')).toBe('mine');
    expect(answer.headers.get('x-ccproxy-account')).toBe('ann');
    expect(answer.headers.get('x-ccproxy-warning')).toBe('temperature: left out, the model does not take it');
    const text = await answer.text();
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(JSON.parse(text)).toMatchObject({ model: 'gpt-5', choices: [{ message: { content: 'hello' } }] });
  });

  it('is written down with what the upstream said of its tokens', async () => {
    const { proxy } = await behind(() => streamed(hello));
    await (await post(proxy, { ...chat, stream: true })).text();
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({
      path: '/v1/chat/completions',
      purpose: 'messages',
      isStream: true,
      model: 'claude-opus-5-5',
      ended: 'complete',
      stopReason: 'end_turn',
      messageId: 'msg_01abc',
      usage: { input: 10, output: 7, cacheRead: 30 },
    });
  });

  it('finds another account where the first one begins with an error', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'x' } };
    const { proxy, up } = await behind(
      ({ credential = '' }) =>
        credential.endsWith('ann')
          ? { ...streamed(hello), body: sourceOf(sseBytes([overloaded])) }
          : streamed(hello),
      {},
      ['ann', 'bob'],
    );
    const answer = await post(proxy, { ...chat, stream: true });
    expect(await answer.text()).toEndWith('data: [DONE]\n\n');
    expect(answer.headers.get('x-ccproxy-account')).toBe('bob');
    expect(new Set(up.served())).toEqual(new Set(['sk-ant-api03-ann', 'sk-ant-api03-bob']));
  });

  it('is read also where the upstream compresses against its word', async () => {
    const coded = (bytes: Buffer, type: string): Answer => ({
      status: 200,
      headers: ['content-type', type, 'content-encoding', 'gzip'],
      body: gzipSync(bytes),
    });
    const { proxy } = await behind(({ body }) =>
      body.includes('"stream":true')
        ? {
            ...coded(Buffer.alloc(0), 'text/event-stream'),
            body: sourceOf(gzipSync(sseBytes(eventsOf(hello)))),
          }
        : coded(Buffer.from(JSON.stringify(hello)), 'application/json'),
    );
    const whole = await post(proxy, chat);
    expect(whole.headers.get('content-encoding')).toBeNull();
    expect(await whole.json()).toMatchObject({ choices: [{ message: { content: 'hello' } }] });
    expect(dataOf(await (await post(proxy, { ...chat, stream: true })).text()).length).toBeGreaterThan(3);
  });

  it('a chunk is with the client before the next event is there', async () => {
    const source = new HandSource();
    const { proxy } = await behind(() => ({ ...streamed(hello), body: source }));
    const events = eventsOf(hello);
    const answering = post(proxy, { ...chat, stream: true });
    while (!source.isStarted) await new Promise((resolve) => setImmediate(resolve));
    source.chunk(sseBytes(events.slice(0, 3)));
    const reader = (await answering).body!.getReader();
    let seen = '';
    const readTo = async (what: string): Promise<void> => {
      while (!seen.includes(what)) {
        const { value } = await reader.read();
        seen += Buffer.from(value ?? new Uint8Array()).toString();
      }
    };
    await readTo('"role":"assistant"');
    source.chunk(sseBytes(events.slice(3, 4)));
    await readTo('"content":"hel"');
    source.chunk(sseBytes(events.slice(4)));
    source.end();
    await readTo('[DONE]');
  });

  it('a stream that breaks off is a broken connection', async () => {
    const source = new HandSource();
    const { proxy } = await behind(() => ({ ...streamed(hello), body: source }));
    const answering = post(proxy, { ...chat, stream: true });
    while (!source.isStarted) await new Promise((resolve) => setImmediate(resolve));
    source.chunk(sseBytes(eventsOf(hello).slice(0, 4)));
    const answer = await answering;
    source.fail(new Error('cut'));
    expect(
      await answer.text().then(
        () => 'complete',
        () => 'broken',
      ),
    ).toBe('broken');
  });
});

describe('errors in the words of OpenAI', () => {
  it.each([
    [400, 'invalid_request_error', 400, null],
    [401, 'authentication_error', 401, 'invalid_api_key'],
    [402, 'billing_error', 429, 'insufficient_quota'],
    [403, 'permission_error', 403, 'insufficient_permissions'],
    [404, 'not_found_error', 404, 'not_found'],
    [413, 'request_too_large', 413, 'request_too_large'],
    [429, 'rate_limit_error', 429, 'rate_limit_exceeded'],
    [500, 'api_error', 500, null],
    [529, 'overloaded_error', 503, 'overloaded'],
  ] as const)('the upstream’s %i %s', async (status, type, told, code) => {
    const { proxy } = await behind(() => apiError(status, type, ['x-should-retry', 'false']));
    const answer = await post(proxy, chat);
    expect(answer.status).toBe(told);
    expect(await answer.json()).toEqual({
      error: { message: `${type} from upstream`, type: expect.any(String) as string, param: null, code },
    });
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });

  it('our own: a missing key, a body that is none, a wrong method, nothing to find', async () => {
    const { proxy, up } = await behind(() => message(), { keys: [{ name: 'tool' }] });
    const asked = async (answer: Promise<Response>): Promise<unknown> => {
      const { status } = await answer;
      const { error } = (await (await answer).json()) as { error: Json };
      return [status, error['type'], error['code']];
    };
    const headers = { authorization: `Bearer ${proxy.keys[0]!}` };
    const invalid = 'invalid_request_error';
    expect(await asked(post(proxy, chat))).toEqual([401, invalid, 'invalid_api_key']);
    expect(await asked(post(proxy, chat, { headers, body: '{' }))).toEqual([400, invalid, null]);
    expect(await asked(fetch(`${proxy.url}/v1/responses`, { headers }))).toEqual([405, invalid, null]);
    for (const path of ['/v1/responses/resp_1', '/v1/chat/completions/x', '/openai/v1/embeddings'])
      expect(await asked(fetch(proxy.url + path, { headers }))).toEqual([404, invalid, 'not_found']);
    expect(
      await asked(fetch(`${proxy.url}/v1/chat/completions`, { headers: { ...headers, host: 'evil.test' } })),
    ).toEqual([403, invalid, 'insufficient_permissions']);
    expect(up.calls).toEqual([]);
  });

  it('our own about models, by the same signs as the models', async () => {
    const { proxy, up } = await behind(() => message(), { keys: [{ name: 'tool' }] });
    const asked = async (path: string, headers: Record<string, string>): Promise<unknown> =>
      (await fetch(proxy.url + path, { headers })).json();
    const refused = { error: { type: 'invalid_request_error', code: 'invalid_api_key' } };
    for (const path of ['/v1/models', '/v1/models/claude-opus-5-5', '/api/v1/models?limit=1']) {
      expect(await asked(path, { 'user-agent': 'OpenAI/JS 7.57.0' })).toMatchObject(refused);
      expect(await asked(path, { 'x-ccproxy-dialect': 'openai' })).toMatchObject(refused);
      expect(await asked(path, {})).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    }
    const official = { 'user-agent': 'OpenAI/JS 7.57.0' };
    expect(await asked('/v1/files', official)).toMatchObject({ type: 'error' });
    expect(up.calls).toEqual([]);
  });

  it('an answer that is no message is an error of the upstream', async () => {
    for (const body of ['not json', '[]', '', '{}', '{"type":"error","error":{"type":"api_error"}}']) {
      const { proxy } = await behind(() => ({ status: 200, headers: [], body: Buffer.from(body) }));
      expect((await post(proxy, chat)).status).toBe(502);
    }
  });
});

describe('an upstream that answers whole what was asked for as a stream', () => {
  it.each([
    ['/v1/chat/completions', { messages: [hi] }, '[DONE]'],
    ['/v1/responses', { input: 'hi' }, '"response.completed"'],
  ] as const)('is said as a stream at %s', async (path, said, last) => {
    const { proxy } = await behind(() => message('hello'));
    const answer = await post(proxy, { model: 'gpt-5', stream: true, ...said }, {}, path);
    expect(answer.headers.get('content-type')).toStartWith('text/event-stream');
    const text = await answer.text();
    expect(text).toContain('hello');
    expect(text).toContain(last);
  });
});

describe('models in the words of OpenAI', () => {
  const list = (): Answer =>
    json(200, {
      data: [{ type: 'model', id: 'claude-opus-5-5', created_at: '2026-09-22T00:00:00Z' }],
      has_more: false,
    });
  const opus = { id: 'claude-opus-5-5', object: 'model', created: 1_790_035_200, owned_by: 'anthropic' };

  it.each([
    ['by path', '/openai/v1/models', {}],
    ['by header', '/v1/models', { 'x-ccproxy-dialect': 'openai' }],
    ['by the official client', '/v1/models', { 'user-agent': 'AsyncOpenAI/Python 3.51.0' }],
  ])('%s, with the aliases that are names', async (_, path, headers) => {
    for (const names of [['ann'], ['ann', 'bob']]) {
      const { proxy } = await behind(list, {}, names);
      expect(await (await fetch(proxy.url + path, { headers })).json()).toEqual({
        object: 'list',
        data: [opus, { ...opus, id: 'mini', created: 0 }],
      });
    }
  });

  it('a HEAD is answered as a GET is, without the body', async () => {
    for (const names of [['ann'], ['ann', 'bob']]) {
      const { proxy, up } = await behind(
        ({ target }) => (target.startsWith('/v1/models?') ? list() : json(200, { type: 'model', id: 'x' })),
        {},
        names,
      );
      for (const path of ['/openai/v1/models', '/openai/v1/models/gpt-5']) {
        const got = await fetch(proxy.url + path);
        await got.text();
        const answer = await fetch(proxy.url + path, { method: 'HEAD' });
        expect([answer.status, await answer.text()]).toEqual([200, '']);
        expect(answer.headers.get('content-type')).toBe(got.headers.get('content-type'));
      }
      expect(new Set(up.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
      expect((await fetch(`${proxy.url}/openai/v1/models`, { method: 'POST' })).status).toBe(404);
    }
  });

  it('by the setting of a key, and in those of the API for anybody else', async () => {
    const config = '[openai]\nkeys = ["tool"]\n';
    const { proxy } = await behind(list, { config, keys: [{ name: 'tool' }, { name: 'other' }] });
    const asked = async (key: string): Promise<Json> =>
      (await (await fetch(`${proxy.url}/v1/models`, { headers: { 'x-api-key': key } })).json()) as Json;
    expect(await asked(proxy.keys[0]!)).toEqual({ object: 'list', data: [opus] });
    expect(await asked(proxy.keys[1]!)).toEqual(JSON.parse((list().body as Buffer).toString()) as Json);
  });

  it('one model by its alias', async () => {
    const { proxy, up } = await behind(() =>
      json(200, { type: 'model', id: 'claude-opus-5-5', created_at: '2026-09-22T00:00:00Z' }),
    );
    expect(await (await fetch(`${proxy.url}/openai/v1/models/gpt-5`)).json()).toEqual({
      ...opus,
      id: 'gpt-5',
    });
    expect(up.calls[0]?.target).toBe('/v1/models/claude-opus-5-5');
  });
});

describe('an account whose upstream speaks OpenAI itself', () => {
  const config = '[openai]\nnative_accounts = ["Bob"]\n';
  const native = (): Answer => json(200, { object: 'chat.completion', choices: [] });

  it('gets the call as it came, where nobody else may serve it', async () => {
    const { proxy, up } = await behind(native, { config }, ['bob']);
    const answer = await post(proxy, chat);
    expect(await answer.json()).toEqual({ object: 'chat.completion', choices: [] });
    expect(up.calls[0]).toMatchObject({ target: '/v1/chat/completions' });
    expect(up.calls[0]?.body.toString()).toBe(JSON.stringify(chat));
  });

  it('gets it where it is asked for by its name; other accounts get messages', async () => {
    const reply: Reply = ({ target }) => (target === '/v1/messages' ? message() : native());
    const { proxy, up } = await behind(reply, { config }, ['ann', 'bob']);
    await post(proxy, chat);
    await post(proxy, chat, { headers: { 'x-account-name': 'bob' } });
    expect(up.calls.map(({ target }) => target)).toEqual(['/v1/messages', '/v1/chat/completions']);
  });
});

describe('the prompt cache', () => {
  const long = (words: string): string => `${words} ${'All work and no play. '.repeat(400)}`;

  async function turns(config: string): Promise<number[]> {
    const running = await startSimulator({
      keys: [{ name: 'k', key: 'sk-ant-api03-k' }],
      clock: wallClock,
      log: silentLog,
    });
    await rooms.add(Promise.resolve({ close: () => running.close() }));
    const account = { name: 'k', kind: 'api-key' as const, baseUrl: running.url, secret: 'sk-ant-api03-k' };
    const proxy = await rooms.add(aProxy({ accounts: [account], config }));
    const messages: Json[] = [{ role: 'system', content: long('Be kind.') }];
    const cached: number[] = [];
    for (const question of ['one', 'two', 'three']) {
      messages.push({ role: 'user', content: long(question) });
      const answer = await post(proxy, { model: 'claude-opus-5-5', messages });
      const { choices, usage } = (await answer.json()) as {
        choices: { message: Json }[];
        usage: { prompt_tokens: number; prompt_tokens_details: { cached_tokens: number } };
      };
      cached.push(usage.prompt_tokens_details.cached_tokens / usage.prompt_tokens);
      messages.push(choices[0]!.message);
    }
    return cached;
  }

  it('a conversation that grows is read from it up to its last turn', async () => {
    const [first, second, third] = await turns('');
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0.6);
    expect(third).toBeGreaterThan(0.7);
  });

  it('is left alone where the settings say so', async () => {
    expect(await turns('[openai]\nprompt_cache = "off"\n')).toEqual([0, 0, 0]);
  });
});

describe('a client that leaves', () => {
  it.each([false, true])('is told apart from an upstream that broke off (streamed: %p)', async (stream) => {
    const source = new HandSource();
    const type = stream ? 'text/event-stream' : 'application/json';
    const { proxy, up } = await behind(() => ({
      status: 200,
      headers: ['content-type', type],
      body: source,
    }));
    const leaving = new AbortController();
    const answering = post(proxy, { ...chat, stream }, { signal: leaving.signal }).catch(() => undefined);
    while (!source.isStarted) await new Promise((resolve) => setImmediate(resolve));
    source.chunk(stream ? sseBytes(eventsOf(hello).slice(0, 4)) : '{"id":"msg_1",');
    if (stream) await answering;
    leaving.abort();
    await answering;
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({ ended: 'client-left' });
    await until(() => up.calls[0]?.signal.aborted === true);
  });
});
