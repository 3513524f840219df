import { afterEach, describe, expect, it } from 'bun:test';
import type { Answer } from '../../src/http/call.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, json, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** An answer with 100,000 tokens of its prompt in the cache, and as many that were just written. */
function cached(read: number, written: number): Answer {
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  };
  return json(200, { id: 'msg_1', type: 'message', stop_reason: 'end_turn', usage });
}

interface Stage {
  readonly proxy: Proxy;
  readonly up: Upstream;
  readonly clock: HandClock;
}

/** A proxy with an account for each of `names`, each of them with as many calls at once as `maxConcurrent`. */
async function behind(reply: Reply, names: string[], maxConcurrent?: number): Promise<Stage> {
  const clock = new HandClock();
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    secret: `sk-ant-api03-${name}`,
    ...(maxConcurrent !== undefined && { maxConcurrent }),
  }));
  return { proxy: await rooms.add(aProxy({ accounts, clock })), up, clock };
}

function post({ proxy }: Stage, session = 's', more: RequestInit = {}, path = ''): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages${path}`, {
    method: 'POST',
    headers: { 'x-claude-code-session-id': session },
    body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
    ...more,
  });
}

/** Until so many calls wait; tells what a scrape says of it. */
async function waiting({ proxy }: Stage, calls: number): Promise<void> {
  const scrape = async (): Promise<string> => (await fetch(`${proxy.url}/metrics`)).text();
  await until(async () => (await scrape()).includes(`ccproxy_calls_waiting ${calls}\n`));
}

/** The record of the call that ended last. */
const lastOf = ({ proxy }: Stage) => proxy.records.at(-1)!;

/** The access line of the call that ended last. */
const lineOf = ({ proxy }: Stage) => proxy.lines.findLast(({ event }) => event === 'call');

describe('a session whose account is at its limit', () => {
  /** Ann's account has the session, and tells of a limit of so many seconds when it comes again. */
  async function limitedAt(seconds: number): Promise<Stage> {
    const limit = apiError(429, 'rate_limit_error', ['retry-after', String(seconds)]);
    const answers = [cached(0, 100_000), limit, cached(100_000, 10)];
    const stage = await behind(
      ({ credential }) => (credential?.endsWith('ann') ? answers.shift()! : cached(0, 100_010)),
      ['ann', 'bob'],
    );
    await (await post(stage)).text();
    return stage;
  }

  it('is held until that is over, and served by it: no cache is lost, and it says how long that took', async () => {
    const stage = await limitedAt(10);
    const answering = post(stage);
    await waiting(stage, 1);
    await stage.clock.turn(10_000);
    const answer = await answering;
    await answer.text();
    expect([answer.status, answer.headers.get('x-ccproxy-account')]).toEqual([200, 'ann']);
    await until(() => stage.proxy.records.length === 2);
    expect(lastOf(stage)).toMatchObject({ waitedMs: 10_000, why: 'session', usage: { cacheRead: 100_000 } });
    expect(lastOf(stage).move).toBeUndefined();
    expect(lineOf(stage)).toMatchObject({ waitedMs: 10_000, attempts: 2 });
    expect(stage.up.served().map((key) => key.slice(-3))).toEqual(['ann', 'ann', 'ann']);
  });

  it('moves at once where that takes longer, and says why and what it cost', async () => {
    const stage = await limitedAt(300);
    const answer = await post(stage);
    await answer.text();
    expect(answer.headers.get('x-ccproxy-account')).toBe('bob');
    await until(() => stage.proxy.records.length === 2);
    expect(lastOf(stage).waitedMs).toBeUndefined();
    // Ten tokens of what was written are new.
    expect(lastOf(stage)).toMatchObject({ usage: { cacheWrite5m: 100_010 }, move: { tokens: 100_000 } });
    expect(lineOf(stage)?.['moved']).toBe(
      'left ann (resting until 12:05 UTC: asked to wait, 429 rate_limit_error); re-writing 100k cached tokens cost about $0.48',
    );
  });
});

describe('a call that finds the only account at a limit', () => {
  it('is held where that is over soon', async () => {
    const answers = [apiError(429, 'rate_limit_error', ['retry-after', '5']), message()];
    const stage = await behind(() => answers.shift()!, ['ann']);
    const answering = post(stage);
    await waiting(stage, 1);
    await stage.clock.turn(5_000);
    expect((await answering).status).toBe(200);
    expect(stage.up.calls).toHaveLength(2);
  });

  it('gets the answer of the upstream where that does not help', async () => {
    const limit = apiError(429, 'rate_limit_error', ['retry-after', '5']);
    const stage = await behind(() => limit, ['ann']);
    const answering = post(stage);
    await waiting(stage, 1);
    await stage.clock.turn(5_000);
    const answer = await answering;
    expect([answer.status, await answer.text()]).toEqual([
      429,
      expect.stringContaining('rate_limit_error from upstream'),
    ]);
    expect(stage.up.calls).toHaveLength(2);
  });
});

describe('a call that finds every account full', () => {
  /** The only place is taken; `end` ends the call that has it. */
  async function full(): Promise<Stage & { end: () => void; first: Promise<Response> }> {
    const held = Promise.withResolvers<void>();
    const stage = await behind(
      async () => {
        if (stage.up.calls.length === 1) await held.promise;
        return message();
      },
      ['ann'],
      1,
    );
    const first = post(stage);
    await until(() => stage.up.calls.length === 1);
    return { ...stage, end: () => held.resolve(), first };
  }

  it('is served when the first of them has room', async () => {
    const stage = await full();
    const second = post(stage, 'other');
    await waiting(stage, 1);
    await stage.clock.turn(2_000);
    stage.end();
    expect((await second).status).toBe(200);
    expect((await stage.first).status).toBe(200);
    await until(() => stage.proxy.records.length === 2);
    const waits = stage.proxy.records.map(({ session, waitedMs }) => [session, waitedMs]);
    expect(Object.fromEntries(waits)).toEqual({ s: undefined, other: 2_000 });
    await waiting(stage, 0);
  });

  it('is refused after half a minute, with the answer it would have got at once', async () => {
    const stage = await full();
    const second = post(stage, 'other');
    await waiting(stage, 1);
    await stage.clock.turn(30_000);
    const answer = await second;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    stage.end();
    await stage.first;
  });

  it('does not wait any more when its client has left, and is never sent', async () => {
    const stage = await full();
    const leaving = new AbortController();
    const second = post(stage, 'other', { signal: leaving.signal });
    await waiting(stage, 1);
    leaving.abort();
    await expect(second).rejects.toThrow();
    await until(() => stage.proxy.records.length === 1);
    expect(lastOf(stage)).toMatchObject({ ended: 'client-left', attempts: [] });
    await waiting(stage, 0);
    stage.end();
    await stage.first;
    await settled();
    expect(stage.up.calls).toHaveLength(1);
  });

  it('is answered at once when the proxy stops', async () => {
    const stage = await full();
    const second = post(stage, 'other');
    await waiting(stage, 1);
    const stopped = stage.proxy.stop();
    expect((await second).status).toBe(429);
    stage.end();
    expect((await stage.first).status).toBe(200);
    await stopped;
  });

  it('waits where tokens are counted beside it, which never wait', async () => {
    const stage = await full();
    const second = post(stage, 'other');
    await waiting(stage, 1);
    expect((await post(stage, 'other', {}, '/count_tokens')).status).toBe(200);
    stage.end();
    expect((await second).status).toBe(200);
  });
});
