import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

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
