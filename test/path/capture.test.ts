import { afterEach, describe, expect, it } from 'bun:test';
import { existsSync, readdirSync, writeFileSync, renameSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { StatusView } from '../../src/admin/contract.ts';
import type { ByteSink, ByteSource } from '../../src/http/bytes.ts';
import { asCommand, capturedCall, capturedIds } from '../help/a-captured.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { sourceOf } from '../help/a-source.ts';
import { anUpstream, apiError, message, sse, type Reply } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const on = '[capture]\nenabled = true\n';
const prompt = {
  model: 'claude-sonnet-4-5',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'a prompt' }],
};

async function behind(reply: Reply, config = on, more: ProxyOptions = {}): Promise<Proxy> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  return rooms.add(aProxy({ accounts, config, ...more }));
}

interface More {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function post(proxy: Proxy, id: string, { headers, ...rest }: More = {}): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-request-id': id, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(prompt),
    ...rest,
  });
}

const events = [
  sse({ type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 1, output_tokens: 1 } } }),
  sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'an answer' } }),
  sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } }),
  sse({ type: 'message_stop' }),
];

/** An answer that goes on for as long as the test wants. */
function endless() {
  const sink = Promise.withResolvers<ByteSink>();
  const source: ByteSource = { start: sink.resolve, pause() {}, resume() {}, cancel() {} };
  return {
    sink: sink.promise,
    answer: { status: 200, headers: ['content-type', 'text/event-stream'], body: source },
  };
}

describe('with capture on', () => {
  it('keeps the bytes of a call as they came and went down', async () => {
    const proxy = await behind(() => message('an answer'));
    const answer = await (await post(proxy, 'req_whole')).text();
    const kept = await capturedCall(proxy, 'req_whole');
    expect(kept.request.toString()).toBe(JSON.stringify(prompt));
    expect(kept.answer.toString()).toBe(answer);
    expect(kept.call).toMatchObject({ status: 200, ended: 'complete', account: 'ann', client: 'local' });
    expect(kept.call.requestHeaders).toContain('application/json');
  });

  it('keeps a stream event by event', async () => {
    const headers = ['content-type', 'text/event-stream'];
    const proxy = await behind(() => ({ status: 200, headers, body: sourceOf(...events) }));
    const answer = await (await post(proxy, 'req_stream')).text();
    expect((await capturedCall(proxy, 'req_stream')).answer.toString()).toBe(answer);
    expect(answer).toBe(events.join(''));
  });

  it('keeps a compressed answer as it went down, and says how it is coded', async () => {
    const body = gzipSync(events.join(''));
    const headers = ['content-type', 'text/event-stream', 'content-encoding', 'gzip'];
    const proxy = await behind(() => ({ status: 200, headers, body }));
    await (await post(proxy, 'req_gzip')).text();
    const { answer, call } = await capturedCall(proxy, 'req_gzip');
    expect(answer.equals(body)).toBe(true);
    expect(gunzipSync(answer).toString()).toBe(events.join(''));
    expect(call.answerHeaders.join(' ')).toContain('content-encoding gzip');
  });

  it('keeps what went down of an answer that the client left', async () => {
    const { sink, answer } = endless();
    const proxy = await behind(() => answer);
    const leaving = new AbortController();
    const response = post(proxy, 'req_left', { signal: leaving.signal });
    (await sink).chunk(Buffer.from(events[0] + events[1]!));
    await (await response).body?.getReader().read();
    leaving.abort();
    await until(() => proxy.records.length === 1);
    const kept = await capturedCall(proxy, 'req_left');
    expect(kept.answer.toString()).toBe(events[0] + events[1]!);
    expect(kept.call.ended).toBe('client-left');
  });

  it('keeps what went down of an answer that the upstream broke off', async () => {
    const { sink, answer } = endless();
    const proxy = await behind(() => answer);
    const response = post(proxy, 'req_cut');
    (await sink).chunk(Buffer.from(events[0]!));
    const text = (await response).text();
    (await sink).fail(new Error('cut'));
    await expect(text).rejects.toThrow();
    const kept = await capturedCall(proxy, 'req_cut');
    expect([kept.answer.toString(), kept.call.ended]).toEqual([events[0]!, 'cut']);
  });

  it('keeps errors of the upstream and of ours, of callers that were let in', async () => {
    const proxy = await behind(() => apiError(400, 'invalid_request_error'));
    await (await post(proxy, 'req_refused')).text();
    expect((await capturedCall(proxy, 'req_refused')).answer.toString()).toContain('from upstream');
    await (await post(proxy, 'req_strange', { headers: { 'x-account-name': 'nobody' } })).text();
    const { answer, request } = await capturedCall(proxy, 'req_strange');
    expect(answer.toString()).toContain('there is no such account');
    expect(request.toString()).toBe(JSON.stringify(prompt));
  });

  it('keeps nothing of a stranger who was not let in', async () => {
    const proxy = await behind(() => message(), `${on}[clients]\nkeys = "required"\n`, {
      keys: [{ name: 'ann' }],
    });
    expect((await post(proxy, 'req_stranger')).status).toBe(401);
    const headers = { 'x-api-key': proxy.keys[0]! };
    expect((await post(proxy, 'req_known', { headers })).status).toBe(200);
    expect(await capturedIds(proxy)).toEqual(['req_known']);
  });

  it('keeps the beginning of what is longer than the limit, of uploads that pass by too', async () => {
    const proxy = await behind(() => message('y'.repeat(3_000)), `${on}max_call_bytes = 1024\n`);
    const upload = 'x'.repeat(300_000);
    const headers = { 'x-request-id': 'req_upload', 'content-type': 'application/octet-stream' };
    await (await fetch(`${proxy.url}/v1/files`, { method: 'POST', headers, body: upload })).text();
    const { call, request, answer } = await capturedCall(proxy, 'req_upload');
    expect(request.toString()).toBe(upload.slice(0, 1_024));
    expect(call.request).toEqual({ bytes: 300_000, kept: 1_024 });
    expect([answer.length, call.answer.kept]).toEqual([1_024, 1_024]);
  });

  it('says so in the log and in /status: where, and until when', async () => {
    const proxy = await behind(() => message());
    const said = proxy.lines.find(({ event }) => event === 'capture is on: prompts and answers are kept');
    expect(said).toMatchObject({ level: 'warn', folder: proxy.places.captures, keepDays: 7 });
    await (await post(proxy, 'req_1')).text();
    await capturedIds(proxy);
    const { capture } = (await (await fetch(`${proxy.url}/status`)).json()) as StatusView;
    expect(capture).toMatchObject({
      isOn: true,
      folder: proxy.places.captures,
      keepDays: 7,
      kept: 1,
      dropped: 0,
    });
  });

  it('has everything on disk when it has stopped, for the next one to read', async () => {
    const proxy = await behind(() => message('an answer'));
    for (let number = 0; number < 20; number += 1) await (await post(proxy, `req_${number}`)).text();
    await proxy.stop();
    const next = await rooms.add(aProxy({ home: proxy.places.home }));
    expect(await capturedIds(next)).toHaveLength(20);
    expect(await asCommand(next, ({ captures }) => captures.list({ limit: 1 }))).toMatchObject({ flaws: [] });
  });
});

describe('the settings', () => {
  const save = (proxy: Proxy, text: string): void => {
    writeFileSync(`${proxy.places.config}.new`, text);
    renameSync(`${proxy.places.config}.new`, proxy.places.config);
  };

  it('turn it on and off while the proxy runs, and neither quietly', async () => {
    const proxy = await behind(() => message(), '');
    await (await post(proxy, 'req_before')).text();
    expect(existsSync(proxy.places.captures)).toBe(false);
    save(proxy, on);
    await proxy.server.reload();
    await until(async () => {
      await (await post(proxy, 'req_on')).text();
      return (await capturedIds(proxy)).includes('req_on');
    });
    save(proxy, '');
    await proxy.server.reload();
    await (await post(proxy, 'req_after')).text();
    const ids = await capturedIds(proxy);
    expect([ids.includes('req_before'), ids.includes('req_after')]).toEqual([false, false]);
    const said = proxy.lines
      .map(({ event }) => String(event))
      .filter((event) => event.startsWith('capture is'));
    expect(said).toHaveLength(2);
  });
});

describe('what was kept', () => {
  it('is destroyed when somebody asks for that, while it is being written', async () => {
    const proxy = await behind(() => message());
    await (await post(proxy, 'req_1')).text();
    const gone = await asCommand(proxy, ({ captures }) => captures.destroy(undefined));
    expect(gone.files).toBe(1);
    expect(readdirSync(proxy.places.captures)).toEqual([]);
    await (await post(proxy, 'req_2')).text();
    expect(await capturedIds(proxy)).toEqual(['req_2']);
  });

  it('grows old also where capture was turned off', async () => {
    const proxy = await behind(() => message());
    await (await post(proxy, 'req_1')).text();
    await proxy.stop();
    const [file = ''] = readdirSync(proxy.places.captures);
    const old = file.replace(/^\d{4}/, '2020');
    renameSync(`${proxy.places.captures}/${file}`, `${proxy.places.captures}/${old}`);
    await rooms.add(aProxy({ home: proxy.places.home, config: '' }));
    await until(() => readdirSync(proxy.places.captures).length === 0);
  });
});
