import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

// The attack: a key that may use small models only runs a large one through a path whose body nobody looks
// into: a batch of requests, an agent session, the compatible chat endpoint, the old completion endpoint.

const rooms = new Rooms();
afterEach(() => rooms.close());

it.each(['/v1/messages/batches', '/v1/complete', '/v1/sessions', '/v1/agents', '/v1/messages/x'])(
  'a key held to certain models cannot reach %s',
  async (path) => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
    const proxy = await rooms.add(
      aProxy({ accounts, keys: [{ name: 'ci', models: ['claude-haiku-*'] }, { name: 'free' }] }),
    );
    const post = (key: string): Promise<Response> =>
      fetch(`${proxy.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': key },
        body: '{"model":"claude-opus-5-5"}',
      });
    const refused = await post(proxy.keys[0]!);
    expect(refused.status).toBe(403);
    expect(up.calls).toEqual([]);
    expect((await post(proxy.keys[1]!)).status).toBe(200);
  },
);

it.each(['/v1/chat/completions', '/openai/v1/responses'])(
  'an alias leads such a key to no other model, asked for at %s',
  async (path) => {
    const up = await rooms.add(anUpstream(() => message()));
    const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
    const config =
      '[openai.models]\n"claude-haiku-mine" = "claude-opus-5-5"\n"gpt-mini" = "claude-haiku-5-5"\n';
    const keys = [{ name: 'ci', models: ['claude-haiku-*'] }];
    const proxy = await rooms.add(aProxy({ accounts, keys, config }));
    const ask = (model: string): Promise<Response> =>
      fetch(proxy.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${proxy.keys[0]!}` },
        body: JSON.stringify({ model, input: 'x', messages: [{ role: 'user', content: 'x' }] }),
      });
    expect((await ask('claude-haiku-mine')).status).toBe(400);
    expect(up.calls).toEqual([]);
    expect((await ask('gpt-mini')).status).toBe(200);
  },
);

it('such a key reaches no account that would run whatever its body names', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const config = '[openai]\nnative_accounts = ["ann"]\n';
  const keys = [{ name: 'ci', models: ['claude-haiku-*'] }];
  const proxy = await rooms.add(aProxy({ accounts, keys, config }));
  const refused = await fetch(`${proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${proxy.keys[0]!}` },
    body: '{"model":"claude-haiku-5-5"}',
  });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_permissions' } });
  expect(up.calls).toEqual([]);
});
