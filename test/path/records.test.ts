import { afterEach, describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import type { ByteSource } from '../../src/http/bytes.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { aUsage } from '../help/a-usage.ts';
import { anUpstream, apiError, json, message, sse, type Reply } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => {
  broken = undefined;
  return rooms.close();
});

async function behind(reply: Reply, names = ['ann'], more: ProxyOptions = {}): Promise<Proxy> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    secret: `sk-ant-api03-${name}`,
  }));
  return rooms.add(aProxy({ accounts, ...more }));
}

const model = 'claude-opus-5-5';
const ask = (more: object = {}): string =>
  JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }], ...more });

interface Post {
  headers?: Record<string, string>;
  body?: string;
  path?: string;
  signal?: AbortSignal;
}

function post(
  proxy: Proxy,
  { headers = {}, body = ask(), path = '/v1/messages?beta=true', ...more }: Post = {},
) {
  const known = { 'content-type': 'application/json', ...headers };
  return fetch(`${proxy.url}${path}`, { method: 'POST', headers: known, body, ...more });
}

/** What the call left behind; its answer is read to its end, however that comes. */
async function recorded(proxy: Proxy, given?: Post): Promise<CallRecord> {
  const before = proxy.records.length;
  try {
    const answer = await post(proxy, given);
    for await (const _ of answer.body ?? []) broken?.();
  } catch {
    // Cut, or left.
  }
  await until(() => proxy.records.length > before);
  expect(proxy.records).toHaveLength(before + 1);
  return proxy.records.at(-1)!;
}

const only =
  (bad: string, answer: ReturnType<typeof json>): Reply =>
  ({ credential = '' }) =>
    credential.endsWith(bad) ? answer : message();

const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 };
const start = sse({ type: 'message_start', message: { id: 'msg_1', model: 'claude-opus-5-5-1', usage } });
const text = sse({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'twenty-four characters, ' },
});
const delta = sse({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 42 },
});
const stop = sse({ type: 'message_stop' });

/** Breaks the stream that is underway: what came before has to have arrived. */
let broken: (() => void) | undefined;

/** Events, and then what happens to the connection. */
function streamOf(ending: 'end' | 'fail' | 'stay', ...events: string[]): ReturnType<typeof json> {
  const body: ByteSource = {
    start(sink) {
      sink.chunk(Buffer.from(events.join('')));
      if (ending === 'end') sink.end();
      broken = ending === 'fail' ? () => sink.fail(new Error('reset')) : undefined;
    },
    pause() {},
    resume() {},
    cancel() {},
  };
  return { status: 200, headers: ['content-type', 'text/event-stream', 'request-id', 'req_up'], body };
}

const streamed = ask({ stream: true });

describe('a message that went well', () => {
  it('leaves everything that is known of it', async () => {
    const proxy = await behind(() => streamOf('end', start, text, delta, stop));
    const headers = {
      'x-claude-code-session-id': 's1',
      'x-claude-code-agent-id': 'agent1',
      'x-claude-code-parent-agent-id': 'agent0',
      'x-request-id': 'mine-1',
    };
    const record = await recorded(proxy, { headers, body: streamed });
    const { attempts, startedAt, ms, firstByteMs, accountId, ...rest } = record;
    expect(rest).toEqual({
      requestId: 'mine-1',
      method: 'POST',
      path: '/v1/messages',
      purpose: 'messages',
      clientId: 'local',
      clientName: 'local',
      session: 's1',
      agent: 'agent1',
      parentAgent: 'agent0',
      isStream: true,
      model,
      answeredModel: 'claude-opus-5-5-1',
      accountName: 'ann',
      why: 'free',
      status: 200,
      ended: 'complete',
      errorType: undefined,
      stopReason: 'end_turn',
      messageId: 'msg_1',
      upstreamRequestId: 'req_up',
      bytesIn: streamed.length,
      bytesOut: `${start}${text}${delta}${stop}`.length,
      move: undefined,
      usage: aUsage({ input: 10, output: 42, cacheRead: 5 }),
      cost: expect.objectContaining({ basis: 'listed', input: 40, output: 840, cacheRead: 1 }),
    });
    expect(accountId).toMatch(/^acc_/);
    expect(Math.abs(Date.now() - startedAt)).toBeLessThan(60_000);
    expect(firstByteMs).toBeWithin(0, ms + 0.1);
    expect(attempts).toEqual([
      {
        accountId: accountId!,
        accountName: 'ann',
        atMs: expect.any(Number),
        ms: expect.any(Number),
        ending: 'answered',
        status: 200,
        upstreamRequestId: 'req_up',
        lesson: 'fine',
      },
    ]);
  });

  it('is told once, after its last byte', async () => {
    const proxy = await behind(() => message());
    await recorded(proxy);
    await recorded(proxy);
    expect(proxy.records.map(({ usage: used }) => used?.output)).toEqual([3, 3]);
  });

  it('names the client key that called', async () => {
    const proxy = await behind(() => message(), ['ann'], { keys: [{ name: 'laptop' }] });
    const { clientId, clientName } = await recorded(proxy, { headers: { 'x-api-key': proxy.keys[0]! } });
    expect(clientName).toBe('laptop');
    expect(clientId).not.toBe('laptop');
  });

  it('compressed or not, whole or in events, tells its usage', async () => {
    const plain = message();
    const headers = [...plain.headers, 'content-encoding', 'gzip'];
    const zipped = { ...plain, headers, body: gzipSync(plain.body as Uint8Array) };
    for (const answer of [plain, zipped]) {
      const proxy = await behind(() => answer);
      expect(await recorded(proxy)).toMatchObject({ isStream: false, usage: { input: 10, output: 3 } });
    }
  });
});

describe('what is no message', () => {
  it('counting is told as such, without usage', async () => {
    const proxy = await behind(() => json(200, { input_tokens: 2_095 }));
    const record = await recorded(proxy, { path: '/v1/messages/count_tokens' });
    expect(record).toMatchObject({ purpose: 'counting', model, ended: 'complete', bytesIn: ask().length });
    expect(record.usage).toBeUndefined();
  });

  it('an upload that streams through is counted as it goes', async () => {
    const proxy = await behind(() => json(200, { id: 'file_1' }));
    const body = 'x'.repeat(300_000);
    expect(await recorded(proxy, { path: '/v1/files', body })).toMatchObject({
      purpose: 'other',
      path: '/v1/files',
      bytesIn: 300_000,
      accountName: 'ann',
      attempts: [{ ending: 'answered' }],
    });
  });
});

describe('a stream that', () => {
  it('breaks off is cut, and its output is an estimate', async () => {
    const proxy = await behind(() => streamOf('fail', start, text));
    expect(await recorded(proxy, { body: streamed })).toMatchObject({
      ended: 'cut',
      status: 200,
      usage: { input: 10, output: 8, isEstimate: true },
    });
    expect(proxy.lines.find(({ event }) => event === 'call')).toMatchObject({
      ended: 'cut',
      estimated: true,
    });
  });

  it('breaks off after its stop reason is complete', async () => {
    const proxy = await behind(() => streamOf('fail', start, text, delta));
    expect(await recorded(proxy, { body: streamed })).toMatchObject({
      ended: 'complete',
      stopReason: 'end_turn',
      usage: { output: 42, isEstimate: false },
    });
  });

  it('ends politely before its end is cut', async () => {
    const proxy = await behind(() => streamOf('end', start, text));
    expect(await recorded(proxy, { body: streamed })).toMatchObject({ ended: 'cut' });
  });

  it('tells of an error is one', async () => {
    const error = sse({ type: 'error', error: { type: 'overloaded_error', message: 'x' } });
    const proxy = await behind(() => streamOf('end', start, text, error));
    expect(await recorded(proxy, { body: streamed })).toMatchObject({
      ended: 'error',
      status: 200,
      errorType: 'overloaded_error',
      usage: { isEstimate: true },
    });
  });

  it('its client leaves is told with what had passed', async () => {
    const proxy = await behind(() => streamOf('stay', start, text));
    const leaving = new AbortController();
    const answer = await post(proxy, { body: streamed, signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({ ended: 'client-left', usage: { output: 8, isEstimate: true } });
  });
});

describe('a refusal', () => {
  it('of the upstream is told with its type', async () => {
    const proxy = await behind(() => apiError(400, 'invalid_request_error', ['request-id', 'req_up']));
    const record = await recorded(proxy);
    expect(record).toMatchObject({
      status: 400,
      ended: 'error',
      errorType: 'invalid_request_error',
      upstreamRequestId: 'req_up',
      attempts: [{ status: 400, scope: 'request', lesson: 'fine', reason: '400 invalid_request_error' }],
    });
    expect(record.usage).toBeUndefined();
  });

  it('of ours has a type and no attempts', async () => {
    const proxy = await behind(() => message());
    expect(await recorded(proxy, { body: '{' })).toMatchObject({
      status: 400,
      ended: 'error',
      errorType: 'invalid_request_error',
      purpose: 'messages',
      attempts: [],
    });
  });

  it('of somebody nobody knows names nobody', async () => {
    const proxy = await behind(() => message(), ['ann'], { keys: [{ name: 'laptop' }] });
    expect(await recorded(proxy)).toMatchObject({
      status: 401,
      clientId: 'unknown',
      errorType: 'authentication_error',
      attempts: [],
    });
  });
});

describe('several attempts', () => {
  it('are each told with what was learned, and the move that came of them', async () => {
    const proxy = await behind(only('ann', apiError(429, 'rate_limit_error', ['retry-after', '20'])), [
      'ann',
      'bob',
    ]);
    const record = await recorded(proxy, { headers: { 'x-claude-code-session-id': 's1' } });
    const [first, second] = record.attempts;
    expect(first).toMatchObject({ accountName: 'ann', status: 429, scope: 'account', lesson: 'limited' });
    expect(second).toMatchObject({ accountName: 'bob', status: 200, lesson: 'fine' });
    expect(second!.atMs).toBeGreaterThanOrEqual(first!.atMs + first!.ms - 0.1);
    expect(record).toMatchObject({ accountName: 'bob', why: 'next' });
    // It was its first call: no cache was lost.
    expect(record.move).toMatchObject({
      fromName: 'ann',
      toName: 'bob',
      reason: expect.stringMatching(/^resting until [-0-9: ]+ UTC: asked to wait, 429 rate_limit_error$/),
      microUsd: 0,
    });
    expect(proxy.lines.find(({ event }) => event === 'call')).toMatchObject({
      moved: expect.stringMatching(
        /^left ann \(resting until [-0-9: ]+ UTC: asked to wait, 429 rate_limit_error\); no cache was lost$/,
      ),
      attempts: 2,
    });
  });

  it('a session that leaves its account for another has moved, and not the next time', async () => {
    let isLimited = false;
    const limit = apiError(429, 'rate_limit_error', ['retry-after', '20']);
    const written = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 1_000 };
    const good = json(200, { id: 'msg_1', type: 'message', stop_reason: 'end_turn', usage: written });
    const reply: Reply = ({ credential = '' }) => (isLimited && credential.endsWith('ann') ? limit : good);
    const proxy = await behind(reply, ['ann', 'bob']);
    const session = (name: string) => ({ headers: { 'x-claude-code-session-id': name } });
    await recorded(proxy, session('s1'));
    await recorded(proxy, session('s2'));
    isLimited = true;
    const afterAttempt = await recorded(proxy, session('s1'));
    expect(afterAttempt.move).toMatchObject({ fromName: 'ann', toName: 'bob' });
    expect(afterAttempt.move?.microUsd).toBeGreaterThan(0);
    // The other session of ann's meets an account that rests by now: nothing is tried there.
    const passedOver = await recorded(proxy, session('s2'));
    expect(passedOver.attempts).toHaveLength(1);
    expect(passedOver.move).toMatchObject({
      fromName: 'ann',
      reason: expect.stringMatching(/^resting until [-0-9: ]+ UTC: asked to wait, 429 rate_limit_error$/),
    });
    expect((await recorded(proxy, session('s1'))).move).toBeUndefined();
  });

  it('that all fail are all told, and nobody moved', async () => {
    const proxy = await behind(() => apiError(500, 'api_error'), ['ann', 'bob']);
    const record = await recorded(proxy);
    expect(record.attempts.map(({ accountName, scope }) => [accountName, scope])).toEqual([
      ['ann', 'upstream'],
      ['bob', 'upstream'],
    ]);
    expect(record).toMatchObject({ status: 500, ended: 'error', errorType: 'api_error', accountName: 'bob' });
    expect(record.move).toBeUndefined();
  });

  it('that all fail leave the session where its cache is: it moves when somebody else has served it', async () => {
    const good = json(200, { id: 'msg_1', type: 'message', stop_reason: 'end_turn' });
    const limit = apiError(429, 'rate_limit_error', ['retry-after', '20']);
    let does = { ann: good, bob: good };
    const reply: Reply = ({ credential = '' }) => (credential.endsWith('ann') ? does.ann : does.bob);
    const proxy = await behind(reply, ['ann', 'bob']);
    const session = { headers: { 'x-claude-code-session-id': 's1' } };
    expect(await recorded(proxy, session)).toMatchObject({ accountName: 'ann' });
    does = { ann: limit, bob: apiError(500, 'api_error') };
    const failed = await recorded(proxy, session);
    expect(failed).toMatchObject({ status: 500, accountName: 'bob' });
    expect(failed.attempts).toHaveLength(2);
    expect(failed.move).toBeUndefined();
    does = { ann: good, bob: good };
    const served = await recorded(proxy, session);
    expect(served).toMatchObject({ accountName: 'bob', move: { fromName: 'ann', toName: 'bob' } });
  });

  it('that bring no answer are told as they ended', async () => {
    const proxy = await behind(() => {
      throw new Error('no answer');
    });
    expect(await recorded(proxy)).toMatchObject({
      status: 502,
      errorType: 'api_error',
      accountName: 'ann',
      attempts: [{ ending: 'lost', scope: 'network', lesson: 'struggling' }],
    });
  });

  it('during which the client leaves are cancelled', async () => {
    const leaving = new AbortController();
    const proxy = await behind(() => {
      leaving.abort();
      return new Promise(() => {});
    });
    await post(proxy, { signal: leaving.signal }).catch(() => {});
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({
      status: 499,
      ended: 'client-left',
      attempts: [{ ending: 'cancelled', scope: 'client', lesson: 'fine' }],
    });
  });
});
