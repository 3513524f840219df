import { afterEach, expect, it } from 'bun:test';
import { header } from '../../src/http/headers.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

// The attack: `anthropic-workspace-id` goes up as it came. A client names a workspace that the credential has no part
// in, the upstream refuses that, and one call after the other signs every account out, for everybody.

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(more: { headers?: Record<string, string> } = {}): Promise<Proxy> {
  const up = await rooms.add(
    anUpstream(({ headers }) =>
      header(headers, 'anthropic-workspace-id') === undefined
        ? message()
        : apiError(401, 'authentication_error'),
    ),
  );
  const accounts = ['ann', 'bob'].map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    secret: `sk-ant-api03-${name}`,
    ...more,
  }));
  return rooms.add(aProxy({ accounts }));
}

async function post(proxy: Proxy, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: '{"model":"m"}', headers });
  await answer.text();
  return answer.status;
}

it('a workspace that a client names, and the upstream refuses, leaves the accounts to everybody else', async () => {
  const proxy = await behind();
  expect(await post(proxy, { 'anthropic-workspace-id': 'wrkspc_of_somebody_else' })).toBe(401);
  expect(await post(proxy, {})).toBe(200);
});

it('one that the account itself names is a lesson, whatever the client says', async () => {
  const proxy = await behind({ headers: { 'anthropic-workspace-id': 'wrkspc_closed' } });
  expect(await post(proxy, { 'anthropic-workspace-id': 'wrkspc_of_somebody_else' })).toBe(401);
  expect(await post(proxy, {})).toBe(503);
});
