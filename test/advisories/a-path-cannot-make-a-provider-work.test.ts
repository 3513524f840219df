import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { aTokenProvider } from '../help/a-token-provider.ts';

// The attack: a client asks again and again for what the upstream refuses to any token. If each refusal led to a
// refresh, the client would make our provider work without end, and a provider that gives up on us signs out
// everybody's account.

const rooms = new Rooms();
afterEach(() => rooms.close());

it.each([
  ['another path', '/v1/environments/env_1/work', 0, 'ready'],
  ['token counts', '/v1/messages/count_tokens', 0, 'ready'],
  ['messages', '/v1/messages', 1, 'signed-out'],
])('refusals on %s lead to one refresh at the most', async (_, path, refreshes, standing) => {
  const api = await rooms.add(aTokenProvider());
  const accounts = [
    { name: 'ann', kind: 'oauth' as const, provider: 'sim', baseUrl: api.url, tokens: api.signIn() },
  ];
  const proxy = await rooms.add(aProxy({ accounts, config: api.config }));
  api.simulator.fault({ path: '/v1/*', scenario: 'error-401' });
  for (let call = 0; call < 20; call += 1) {
    const answer = await fetch(`${proxy.url}${path}`, {
      method: 'POST',
      body: '{"model":"m","messages":[]}',
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    await answer.text();
  }
  expect(api.asked()).toBe(refreshes);
  expect(await (await fetch(`${proxy.url}/status/accounts/ann`)).json()).toMatchObject({
    standing: { is: standing },
  });
});
