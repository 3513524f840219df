import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

// The attack: `speed: "fast"` has limits of its own (`anthropic-fast-…`). Where those are used up the answer is a 429
// with `retry-after`; taken for the account's, one such call after the other makes all accounts rest, for everybody.

const rooms = new Rooms();
afterEach(() => rooms.close());

it('the limit of fast mode leaves the account to calls without it', async () => {
  const buckets = { 'fast-output-tokens': '0', 'ratelimit-output-tokens': '8000' };
  const left = Object.entries(buckets).flatMap(([name, amount]) => [`anthropic-${name}-remaining`, amount]);
  const limits = ['retry-after', '3600', ...left];
  const up = await rooms.add(
    anUpstream(({ body }) =>
      body.includes('"fast"') ? apiError(429, 'rate_limit_error', limits) : message(),
    ),
  );
  const accounts = ['ann', 'bob'].map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    secret: `sk-ant-api03-${name}`,
  }));
  const proxy = await rooms.add(aProxy({ accounts }));
  const post = async (body: object): Promise<number> => {
    const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  };
  expect(await post({ model: 'm', speed: 'fast' })).toBe(429);
  expect(up.calls).toHaveLength(2);
  expect(await post({ model: 'm' })).toBe(200);
  expect(up.calls).toHaveLength(3);
});
