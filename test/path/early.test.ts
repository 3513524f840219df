import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { earlyAnswerMs } from '../../src/accounts/early.ts';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import type { Answer } from '../../src/http/call.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, message, sse, type Upstream } from '../help/an-upstream.ts';

/** A limit whose end the upstream named is asked about before that, where nothing is left but to refuse. */
const rooms = new Rooms();
let clock: HandClock;
beforeEach(() => {
  clock = new HandClock();
});
afterEach(() => rooms.close());

const fiveMinutes = 300_000;
const hour = 3_600_000;
const limitedFor = (seconds: number): Answer =>
  apiError(429, 'rate_limit_error', ['retry-after', String(seconds)]);

const brokenStream: Answer = {
  status: 200,
  headers: ['content-type', 'text/event-stream', 'x-should-retry', 'false'],
  body: Buffer.from(sse({ type: 'error', error: { type: 'api_error', message: 'no' } })),
};

async function behind(
  reply: (name: string) => Answer | Promise<Answer>,
  names: string[],
): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(
    anUpstream(({ credential = '' }) => reply(credential.slice('sk-ant-api03-'.length))),
  );
  const accounts = names.map((name, priority) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    secret: `sk-ant-api03-${name}`,
  }));
  return { proxy: await rooms.add(aProxy({ accounts, clock })), up };
}

function post(proxy: Proxy, session = 's'): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
    headers: { 'x-claude-code-session-id': session },
  });
}

async function statusOf(proxy: Proxy): Promise<number> {
  const answer = await post(proxy);
  await answer.text();
  return answer.status;
}

async function standingOf(proxy: Proxy): Promise<AccountView['standing'] | undefined> {
  const answer = await fetch(`${proxy.url}/status/accounts`);
  return ((await answer.json()) as AccountView[])[0]?.standing;
}

describe('a limit whose end was named', () => {
  it.each([
    ['one account', ['ann']],
    ['three', ['ann', 'bob', 'cy']],
  ] as const)(
    'is asked about by one of two hundred calls at once (%s); all others hear the true reset at once',
    async (_, names) => {
      const held = Promise.withResolvers<void>();
      let isHolding = false;
      const { proxy, up } = await behind(async () => {
        if (isHolding) await held.promise;
        return limitedFor(5 * 3_600 - (isHolding ? 300 : 0));
      }, [...names]);
      expect(await statusOf(proxy)).toBe(429);
      clock.skip(fiveMinutes);
      isHolding = true;
      const before = up.calls.length;
      const heard: (string | null)[] = [];
      const calls = Array.from({ length: 200 }, async (_call, at) => {
        const answer = await post(proxy, `s${at}`);
        await answer.text();
        expect(answer.status).toBe(429);
        heard.push(answer.headers.get('retry-after'));
      });
      await until(() => heard.length === 199);
      expect(up.calls.length - before).toBe(1);
      held.resolve();
      await Promise.all(calls);
      expect(new Set(heard)).toEqual(new Set([String(5 * 3_600 - 300)]));
      expect(up.calls.length - before).toBe(1);
    },
  );

  it('that was lifted by hand meanwhile lets the call through, and all others after it', async () => {
    let isLimited = true;
    const { proxy, up } = await behind(() => (isLimited ? limitedFor(5 * 3_600) : message()), ['ann', 'bob']);
    expect(await statusOf(proxy)).toBe(429);
    isLimited = false;
    clock.skip(fiveMinutes - 1);
    expect(await statusOf(proxy)).toBe(429);
    expect(up.calls).toHaveLength(2);
    clock.skip(1);
    expect(await statusOf(proxy)).toBe(200);
    await until(() => proxy.records.length === 3);
    expect(proxy.records.at(-1)).toMatchObject({ accountName: 'ann', why: 'early' });
    expect(proxy.lines.findLast(({ event }) => event === 'call')).toMatchObject({
      why: 'early',
      status: 200,
    });
    expect(proxy.lines.find(({ event }) => event === 'account asked again early')).toMatchObject({
      level: 'info',
      account: 'ann',
      found: 'it serves again',
    });
    expect(await standingOf(proxy)).toEqual({ is: 'ready' });
    expect(await statusOf(proxy)).toBe(200);
  });

  it('that still holds is told anew, with when it was asked about', async () => {
    const { proxy, up } = await behind(() => limitedFor((12 * hour) / 1_000), ['ann']);
    expect(await statusOf(proxy)).toBe(429);
    clock.skip(fiveMinutes);
    expect(await statusOf(proxy)).toBe(429);
    const now = new Date(clock.now()).toISOString();
    expect(await standingOf(proxy)).toMatchObject({
      is: 'resting',
      since: now,
      until: new Date(clock.now() + 12 * hour).toISOString(),
      evidence: { name: 'retry-after' },
      askedEarlyAt: now,
      endsBy: 'time',
    });
    expect(proxy.lines.find(({ event }) => event === 'account asked again early')).toMatchObject({
      found: expect.stringContaining('still at a limit: ') as string,
    });
    clock.skip(2 * fiveMinutes - 1);
    expect(await statusOf(proxy)).toBe(429);
    expect(up.calls).toHaveLength(2);
    clock.skip(1);
    expect(await statusOf(proxy)).toBe(429);
    expect(up.calls).toHaveLength(3);
  });

  it.each([
    ['is overloaded', apiError(529, 'overloaded_error')],
    ['fails', apiError(500, 'api_error')],
    ['fails, and says that trying again is no use', apiError(500, 'api_error', ['x-should-retry', 'false'])],
    ['cannot do it', apiError(501, 'api_error')],
    ['begins a stream with a failure', brokenStream],
  ])('is what the call hears of where the upstream %s when it asks, once', async (_, trouble) => {
    let isLimited = true;
    const { proxy, up } = await behind(() => (isLimited ? limitedFor(5 * 3_600) : trouble), ['ann', 'bob']);
    expect(await statusOf(proxy)).toBe(429);
    isLimited = false;
    clock.skip(fiveMinutes);
    const answer = await post(proxy);
    await answer.text();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, String(5 * 3_600 - 300)]);
    expect(up.calls).toHaveLength(3);
  });

  it('is what the call hears of after ten seconds where the upstream says nothing when it is asked', async () => {
    const silence = Promise.withResolvers<Answer>();
    let isLimited = true;
    const reply = (): Answer | Promise<Answer> => (isLimited ? limitedFor(5 * 3_600) : silence.promise);
    const { proxy, up } = await behind(reply, ['ann', 'bob']);
    expect(await statusOf(proxy)).toBe(429);
    isLimited = false;
    clock.skip(fiveMinutes);
    const asking = post(proxy);
    await until(() => up.calls.length === 3);
    await clock.turn(earlyAnswerMs);
    const answer = await asking;
    await answer.text();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, String(5 * 3_600 - 310)]);
    expect(up.calls).toHaveLength(3);
    silence.resolve(message());
  });

  it('is left alone by a call that is no good: it hears that', async () => {
    let isLimited = true;
    const { proxy } = await behind(
      () => (isLimited ? limitedFor(5 * 3_600) : apiError(400, 'invalid_request_error')),
      ['ann'],
    );
    expect(await statusOf(proxy)).toBe(429);
    isLimited = false;
    clock.skip(fiveMinutes);
    expect(await statusOf(proxy)).toBe(400);
  });

  it('is not asked about where it is over soon: the call waits for that', async () => {
    let answers = 0;
    const { proxy, up } = await behind(() => {
      answers += 1;
      return answers === 1 ? limitedFor(310) : message();
    }, ['ann']);
    expect(await statusOf(proxy)).toBe(429);
    clock.skip(fiveMinutes);
    const waiting = statusOf(proxy);
    await until(async () =>
      (await (await fetch(`${proxy.url}/metrics`)).text()).includes('ccproxy_calls_waiting 1\n'),
    );
    expect(up.calls).toHaveLength(1);
    await clock.turn(10_000);
    expect(await waiting).toBe(200);
  });

  it('is asked about by no call that names the account', async () => {
    const { proxy, up } = await behind(() => limitedFor(5 * 3_600), ['ann']);
    expect(await statusOf(proxy)).toBe(429);
    clock.skip(fiveMinutes);
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[]}',
      headers: { 'x-account-name': 'ann' },
    });
    expect(answer.status).toBe(429);
    expect(up.calls).toHaveLength(1);
  });
});
