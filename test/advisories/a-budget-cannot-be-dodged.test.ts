import { afterEach, describe, expect, it } from 'bun:test';
import { HandSource } from '../help/a-source.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { dollarPrices } from '../help/a-spender.ts';
import { anUpstream, message, sse, type Reply, type Upstream } from '../help/an-upstream.ts';

// The attacks: a client that wants more than its budget leaves before its answer has told what it used, names a
// model nobody has a price for, asks for the longest answers there are, asks for many at once, asks for an answer
// that cannot be read on its way, says its limit twice, takes a path where nobody counts, calls itself by
// another's session or request, or gets a new key of the same name.

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(reply: Reply, limit: number, more = ''): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const proxy = await rooms.add(
    aProxy({
      accounts: [{ name: 'one', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-one' }],
      keys: [{ name: 'ann', budgets: [{ period: 'monthly', limitUsd: limit, hard: true }] }],
      config: dollarPrices + more,
    }),
  );
  return { proxy, up };
}

interface Ask {
  body?: Record<string, unknown> | string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function post(proxy: Proxy, { body = {}, headers = {}, signal }: Ask = {}): Promise<Response> {
  const whole = { model: 'claude-opus-5-5', max_tokens: 800, messages: [{ role: 'user', content: 'hi' }] };
  return fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': proxy.keys[0]!, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify({ ...whole, ...body }),
    ...(signal !== undefined && { signal }),
  });
}

/** What the key's budget shows, in dollars, once nothing runs any more. */
async function used(proxy: Proxy): Promise<number> {
  let dollars = 0;
  await until(async () => {
    const status = (await (await fetch(`${proxy.url}/status`)).json()) as {
      budgets: { used: number; inFlight: number }[];
    };
    dollars = status.budgets[0]?.used ?? 0;
    return status.budgets[0]?.inFlight === 0;
  });
  return dollars;
}

const input = (tokens: number): object => ({ input_tokens: tokens, output_tokens: 1 });

describe('leaving early', () => {
  it('before the answer begins costs what the call was expected to cost', async () => {
    const leaving = new AbortController();
    const { proxy } = await behind(({ signal }) => {
      leaving.abort();
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(message());
        });
      });
    }, 1);
    const big = { messages: [{ role: 'user', content: 'x'.repeat(400_000) }] };
    await post(proxy, { body: big, signal: leaving.signal }).catch(() => undefined);
    // A hundred thousand tokens of input at the least, a dollar a million.
    expect(await used(proxy)).toBeGreaterThanOrEqual(0.1);
  });

  it('in the middle of a stream costs what had been told, and what had passed', async () => {
    const source = new HandSource();
    const { proxy } = await behind(
      () => ({ status: 200, headers: ['content-type', 'text/event-stream'], body: source }),
      1,
    );
    const leaving = new AbortController();
    const answering = post(proxy, { body: { stream: true }, signal: leaving.signal });
    const start = { id: 'msg_1', type: 'message', role: 'assistant', content: [], usage: input(250_000) };
    await until(() => source.isStarted);
    source.chunk(sse({ type: 'message_start', message: start }));
    await (await answering).body!.getReader().read();
    leaving.abort();
    expect(await used(proxy)).toBeGreaterThanOrEqual(0.25);
  });
});

it('a model without a price is not free', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const proxy = await rooms.add(
    aProxy({
      accounts: [{ name: 'one', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-one' }],
      keys: [{ name: 'ann', budgets: [{ period: 'monthly', limitUsd: 0.01, hard: true }] }],
    }),
  );
  for (let at = 0; at < 200; at += 1) {
    const answer = await post(proxy, { body: { model: `nobody-knows-${at}` } });
    await answer.arrayBuffer();
    if (answer.status === 429) break;
  }
  // Ten tokens in and three out are an eighty-thousandth of a dollar at the assumed price.
  expect(up.calls.length).toBeLessThan(150);
});

describe('many calls at once', () => {
  /** A hundred calls together; each costs what was expected of it, or the most it may. */
  async function burst(
    maxTokens: number,
    output: number,
    limit: number,
  ): Promise<[sent: number, dollars: number]> {
    const usage = { input_tokens: 0, output_tokens: output };
    const answer = { ...message(), body: Buffer.from(JSON.stringify({ id: 'm', type: 'message', usage })) };
    const opened = Promise.withResolvers<void>();
    const { proxy, up } = await behind(() => opened.promise.then(() => answer), limit);
    const statuses: number[] = [];
    const calls = Array.from({ length: 100 }, async () => {
      const { status } = await post(proxy, { body: { max_tokens: maxTokens } });
      statuses.push(status);
    });
    // Those that are let through wait upstream for all the others to be refused.
    await until(() => up.calls.length + statuses.length === 100);
    opened.resolve();
    await Promise.all(calls);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    return [up.calls.length, await used(proxy)];
  }

  it('run past the limit by one call at the most', async () => {
    // 800 tokens out are expected, and 27 in.
    const [sent, dollars] = await burst(800, 800, 0.01);
    expect(sent).toBeLessThanOrEqual(13);
    expect(dollars).toBeLessThanOrEqual(0.01 + 0.0009);
  });

  it('with the longest answers there are stay within eight times the limit', async () => {
    const [, dollars] = await burst(64_000, 64_000, 0.1);
    expect(dollars).toBeLessThanOrEqual(8 * 0.1 + 0.064);
  });
});

it('saying the limit of the answer twice does not make it small', async () => {
  const holds: number[] = [];
  const { proxy } = await behind(async () => {
    const status = (await (await fetch(`${proxy.url}/status`)).json()) as { budgets: { held: number }[] };
    holds.push(status.budgets[0]!.held);
    return message();
  }, 5);
  await post(proxy, { body: '{"model":"m","max_tokens":1,"messages":[],"max_tokens":64000}' });
  await post(proxy, { body: '{"model":"m","max_tokens":1,"messages":[]}' });
  expect(holds[0]).toBeGreaterThan(0.015);
  expect(holds[1]).toBeLessThan(0.0001);
});

it('an answer in a coding that nobody here can read is charged as expected', async () => {
  const { proxy } = await behind(
    () => ({ ...message(), headers: ['content-type', 'application/json', 'content-encoding', 'made-up'] }),
    5,
  );
  await (await post(proxy, { headers: { 'accept-encoding': 'made-up' } })).arrayBuffer();
  expect(await used(proxy)).toBeGreaterThanOrEqual(0.0008);
});

it.each(['/v1/messages/batches', '/v1/complete', '/v1/sessions'])(
  'the path %s, where nobody counts, is closed',
  async (path) => {
    const { proxy, up } = await behind(() => message(), 5);
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const refused = await fetch(proxy.url + path, {
        method,
        headers: { 'x-api-key': proxy.keys[0]! },
        body: '{}',
      });
      expect(refused.status).toBe(403);
    }
    expect(up.calls).toEqual([]);
  },
);

it('what is asked in the words of OpenAI counts as well', async () => {
  const usage = { input_tokens: 400_000, output_tokens: 0 };
  const body = Buffer.from(JSON.stringify({ id: 'm', type: 'message', content: [], usage }));
  const { proxy } = await behind(() => ({ ...message(), body }), 5);
  const answer = await fetch(`${proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${proxy.keys[0]!}` },
    body: JSON.stringify({ model: 'claude-opus-5-5', messages: [{ role: 'user', content: 'x' }] }),
  });
  expect(answer.status).toBe(200);
  expect(await used(proxy)).toBeCloseTo(0.4);
});

it('names that a client chooses (its request, its session, its agent) change nothing', async () => {
  const usage = { input_tokens: 400_000, output_tokens: 0 };
  const { proxy, up } = await behind(
    () => ({
      ...message(),
      body: Buffer.from(JSON.stringify({ id: 'm', type: 'message', content: [], usage })),
    }),
    1,
  );
  for (let at = 0; at < 5; at += 1) {
    const headers = {
      'x-request-id': 'same',
      'x-claude-code-session-id': `s-${at}`,
      'x-claude-code-agent-id': 'a',
    };
    await (await post(proxy, { headers, body: { metadata: { user_id: `u-${at}` } } })).arrayBuffer();
  }
  expect(up.calls).toHaveLength(3);
  expect(await used(proxy)).toBeCloseTo(1.2, 3);
});
