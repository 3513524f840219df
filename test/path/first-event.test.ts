import { afterEach, describe, expect, it } from 'bun:test';
import { gzipSync } from 'node:zlib';
import type { ByteSource } from '../../src/http/bytes.ts';
import type { Answer } from '../../src/http/call.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, sse, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(reply: Reply, names = ['ann', 'bob']): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const kind = 'api-key' as const;
  const accounts = names.map((name, priority) => ({
    name,
    kind,
    baseUrl: up.url,
    priority,
    secret: `sk-ant-api03-${name}`,
  }));
  return { proxy: await rooms.add(aProxy({ accounts })), up };
}

const start = sse({ type: 'message_start', message: { id: 'msg_1', model: 'claude-opus-5-5', usage: {} } });
const delta = sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } });
const whole = start + delta + sse({ type: 'message_stop' });
const ping = sse({ type: 'ping' });
const errorEvent = (type: string): string => sse({ type: 'error', error: { type, message: 'x' } });

/** A stream of `pieces`; then it ends, breaks or stays open. */
function streamOf(
  ending: 'end' | 'fail' | 'stay',
  pieces: (string | Uint8Array)[],
  headers: string[] = [],
): Answer {
  const body: ByteSource = {
    start(sink) {
      for (const piece of pieces) sink.chunk(Buffer.from(piece as string));
      if (ending === 'end') sink.end();
      if (ending === 'fail') sink.fail(new Error('cut'));
    },
    pause() {},
    resume() {},
    cancel() {},
  };
  return { status: 200, headers: ['content-type', 'text/event-stream', ...headers], body };
}

const only =
  (name: string, bad: () => Answer): Reply =>
  ({ credential = '' }) =>
    credential.endsWith(name) ? bad() : streamOf('end', [whole]);

const post = (proxy: Proxy, more: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"claude-opus-5-5","max_tokens":1,"stream":true,"messages":[{"role":"user","content":"hi"}]}',
    ...more,
  });

describe('a stream that begins with an error', () => {
  it("is another account's to make good, and the client sees none of it", async () => {
    const { proxy, up } = await behind(only('ann', () => streamOf('end', [ping, errorEvent('api_error')])));
    const answer = await post(proxy);
    expect(await answer.text()).toBe(whole);
    expect(answer.headers.get('x-ccproxy-account')).toBe('bob');
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-bob']);
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({
      ended: 'complete',
      accountName: 'bob',
      attempts: [
        {
          accountName: 'ann',
          ending: 'answered',
          status: 200,
          errorType: 'api_error',
          scope: 'upstream',
          lesson: 'fine',
          reason: 'began with api_error',
        },
        { accountName: 'bob', ending: 'answered', status: 200, lesson: 'fine' },
      ],
      move: { fromName: 'ann', toName: 'bob', reason: 'began with api_error' },
    });
  });

  it('goes out unchanged, still compressed, where nobody else can', async () => {
    const packed = gzipSync(ping + errorEvent('api_error'));
    const { proxy, up } = await behind(() =>
      streamOf('end', [packed.subarray(0, 30), packed.subarray(30)], ['content-encoding', 'gzip']),
    );
    const answer = await post(proxy, { decompress: false } as RequestInit);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(packed);
    expect(up.calls).toHaveLength(2);
    await until(() => proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({ ended: 'error', errorType: 'api_error', accountName: 'bob' });
  });

  it('about the request is the answer', async () => {
    const text = errorEvent('invalid_request_error');
    const { proxy, up } = await behind(() => streamOf('end', [text]));
    expect(await (await post(proxy)).text()).toBe(text);
    expect(up.calls).toHaveLength(1);
  });

  it('about the account is a lesson', async () => {
    const { proxy, up } = await behind(
      only('ann', () => streamOf('end', [errorEvent('authentication_error')])),
    );
    await (await post(proxy)).text();
    await (await post(proxy)).text();
    expect(up.served()).toEqual(['sk-ant-api03-ann', 'sk-ant-api03-bob', 'sk-ant-api03-bob']);
  });

  it('that names no window benches nobody; one that does, does', async () => {
    for (const [headers, expected] of [
      [[], ['ann', 'bob', 'ann', 'bob']],
      [
        ['retry-after', '60'],
        ['ann', 'bob', 'bob'],
      ],
    ] as const) {
      const { proxy, up } = await behind(
        only('ann', () => streamOf('end', [errorEvent('rate_limit_error')], [...headers])),
      );
      for (const session of ['one', 'two']) {
        const answer = await post(proxy, { headers: { 'x-claude-code-session-id': session } });
        expect(await answer.text()).toBe(whole);
      }
      expect(up.served().map((key) => key.slice(-3))).toEqual([...expected]);
    }
  });

  it('and does not end is closed at the upstream once somebody else has answered', async () => {
    const { proxy, up } = await behind(only('ann', () => streamOf('stay', [errorEvent('api_error')])));
    expect(await (await post(proxy)).text()).toBe(whole);
    await until(() => up.calls[0]?.signal.aborted === true);
    expect(up.calls[1]?.signal.aborted).toBe(false);
  });
});

describe('a stream that breaks off', () => {
  it("before its first event is another account's to make good", async () => {
    for (const ending of ['fail', 'end'] as const) {
      const { proxy } = await behind(only('ann', () => streamOf(ending, [ping])));
      expect(await (await post(proxy)).text()).toBe(whole);
      await until(() => proxy.records.length === 1);
      expect(proxy.records[0]?.attempts).toMatchObject([
        { ending: 'lost', scope: 'network', lesson: 'struggling', reason: 'broke its answer off' },
        { ending: 'answered', lesson: 'fine' },
      ]);
    }
  });

  it('before its first event, everywhere, is tried once more and then breaks the client’s connection', async () => {
    const { proxy, up } = await behind(() => streamOf('fail', [ping]), ['ann', 'bob', 'eve']);
    const answer = await post(proxy);
    expect(await answer.text().catch(() => 'reset')).toBe('reset');
    expect(up.calls).toHaveLength(2);
  });

  it('after its first event is never tried again', async () => {
    const { proxy, up } = await behind(() => streamOf('fail', [start]));
    const answer = await post(proxy);
    expect(await answer.text().catch(() => 'reset')).toBe('reset');
    expect(up.calls).toHaveLength(1);
  });
});

describe('a client that leaves while its answer is held', () => {
  it('closes the call of the upstream, and nobody learns anything', async () => {
    const { proxy, up } = await behind(() => streamOf('stay', [ping]));
    const leaving = new AbortController();
    const answer = post(proxy, { signal: leaving.signal }).catch(() => 'left');
    await until(() => up.calls.length === 1);
    leaving.abort();
    expect(await answer).toBe('left');
    await until(() => up.calls[0]?.signal.aborted === true && proxy.records.length === 1);
    expect(proxy.records[0]).toMatchObject({
      ended: 'client-left',
      attempts: [{ ending: 'cancelled', scope: 'client', lesson: 'fine' }],
    });
    expect(up.calls).toHaveLength(1);
  });
});
