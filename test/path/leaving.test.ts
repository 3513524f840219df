import { afterEach, expect, it, spyOn } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

interface Stage {
  readonly proxy: Proxy;
  readonly up: Upstream;
  readonly clock: HandClock;
}

async function behind(reply: Reply, names: string[]): Promise<Stage> {
  const clock = new HandClock();
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    secret: `sk-ant-api03-${name}`,
  }));
  return { proxy: await rooms.add(aProxy({ accounts, clock })), up, clock };
}

function post({ proxy }: Stage, signal?: AbortSignal): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-claude-code-session-id': 's' },
    body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
    ...(signal && { signal }),
  });
}

it('a client that leaves between two repeats of a 529 has left, and that is nobody’s failure', async () => {
  const stage = await behind(() => apiError(529, 'overloaded_error'), ['ann']);
  const timers = spyOn(stage.clock, 'after');
  const leaving = new AbortController();
  const answering = post(stage, leaving.signal);
  // The first pause is 400 ms less up to half of it.
  await until(() => timers.mock.calls.some(([ms]) => ms >= 200 && ms <= 400));
  leaving.abort();
  await expect(answering).rejects.toThrow();
  await until(() => stage.proxy.records.length === 1);
  expect(stage.proxy.records).toMatchObject([{ ended: 'client-left', attempts: [{ status: 529 }] }]);
  expect(stage.proxy.lines.filter(({ event }) => event === 'call failed here')).toEqual([]);
  expect(stage.up.calls).toHaveLength(1);
});

it('a call that its client gives up does not take along a session that has moved meanwhile', async () => {
  const never = Promise.withResolvers<void>();
  const stage = await behind(
    async ({ credential }) => {
      const calls = stage.up.calls.filter((call) => call.credential === credential);
      if (credential?.endsWith('ann') !== true) return message();
      if (calls.length === 2) await never.promise;
      return calls.length < 3 ? message() : apiError(429, 'rate_limit_error', ['retry-after', '3600']);
    },
    ['ann', 'bob', 'cid'],
  );
  const served = async (): Promise<string | null> => {
    const answer = await post(stage);
    await answer.text();
    return answer.headers.get('x-ccproxy-account');
  };
  expect(await served()).toBe('ann');
  const leaving = new AbortController();
  const slow = post(stage, leaving.signal);
  await until(() => stage.up.calls.length === 2);
  expect(await served()).toBe('bob');
  leaving.abort();
  await expect(slow).rejects.toThrow();
  await until(() => stage.proxy.records.length === 3);
  expect([await served(), await served()]).toEqual(['bob', 'bob']);
  await until(() => stage.proxy.records.length === 5);
  expect(stage.proxy.records.slice(3).map(({ why, move }) => [why, move])).toEqual([
    ['session', undefined],
    ['session', undefined],
  ]);
  never.resolve();
});
