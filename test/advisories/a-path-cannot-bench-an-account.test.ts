import { afterEach, expect, it } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, apiError, json, message } from '../help/an-upstream.ts';

// The attack: a client asks for a path that the upstream refuses to API keys, or that has a limit of its own
// which it has used up; the account is then signed out, or rests, for everybody's messages.

const rooms = new Rooms();
afterEach(() => rooms.close());

it.each([
  ['a refusal', () => apiError(401, 'authentication_error')],
  ['a limit', () => apiError(429, 'rate_limit_error', ['retry-after', '3600'])],
])('%s on another path leaves the account to messages', async (_, refusal) => {
  const up = await rooms.add(anUpstream(({ target }) => (target === '/v1/messages' ? message() : refusal())));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  const refused = await fetch(`${proxy.url}/v1/environments/env_1/work`);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  await refused.text();
  const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}' });
  expect(answer.status).toBe(200);
});

// The same with a path that fails: the account is avoided, and every session on it pays for its cache elsewhere.
it('a failure on another path moves no session', async () => {
  const up = await rooms.add(
    anUpstream(({ target }) => (target === '/v1/messages' ? message() : apiError(503, 'api_error'))),
  );
  const accounts = ['ann', 'bob'].map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    secret: `sk-ant-api03-${name}`,
  }));
  const proxy = await rooms.add(aProxy({ accounts }));
  const serves = async (): Promise<string> => {
    const headers = { 'x-claude-code-session-id': 's' };
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"m"}',
      headers,
    });
    await answer.text();
    return answer.headers.get('x-ccproxy-account') ?? '';
  };
  const home = await serves();
  const failed = await fetch(`${proxy.url}/v1/environments/env_1`, { headers: { 'x-account-name': home } });
  expect(failed.status).toBe(503);
  await failed.text();
  expect(await serves()).toBe(home);
});

// And with one that works: an account whose money may be there again is asked by one message, and all others wait for
// what that finds. A list of files says nothing about it.
it('an answer on another path opens no account that a message asks about', async () => {
  const clock = new HandClock();
  const never = Promise.withResolvers<void>();
  let messages = 0;
  const up = await rooms.add(
    anUpstream(async ({ target }) => {
      if (target !== '/v1/messages') return json(200, { data: [] });
      messages += 1;
      if (messages === 1) return apiError(402, 'billing_error');
      await never.promise;
      return message();
    }),
  );
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const proxy = await rooms.add(aProxy({ accounts, clock }));
  const post = (): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}' });
  expect((await post()).status).toBe(402);
  clock.skip(3_600_000);
  const asking = post();
  await until(() => messages === 2);
  expect((await fetch(`${proxy.url}/v1/files`)).status).toBe(200);
  const waiting = post();
  await until(async () =>
    (await (await fetch(`${proxy.url}/metrics`)).text()).includes('ccproxy_calls_waiting 1\n'),
  );
  expect(messages).toBe(2);
  never.resolve();
  expect((await asking).status).toBe(200);
  await clock.turn(1_000);
  expect((await waiting).status).toBe(200);
});
