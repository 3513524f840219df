import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';

// The leak: programs that were made for Azure show their key as `api-key`, and a program that is pointed here often
// still has the key it was given for its own vendor. It must not reach the upstream of somebody else's account.

const rooms = new Rooms();
afterEach(() => rooms.close());

const key = 'the-key-of-another-vendor';
const body = '{"model":"claude-opus-5-5","messages":[{"role":"user","content":"hi"}],"input":"hi"}';
const paths: readonly [path: string, init: RequestInit][] = [
  ['/openai/v1/chat/completions', { method: 'POST', body }],
  ['/v1/responses', { method: 'POST', body }],
  ['/openai/v1/models', {}],
  ['/v1/messages', { method: 'POST', body }],
  ['/v1/files', {}],
];

async function behind(config = ''): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  return { proxy: await rooms.add(aProxy({ accounts, config })), up };
}

it.each(paths)('%s', async (path, init) => {
  for (const config of ['', '[openai]\nnative_accounts = ["ann"]\n']) {
    const { proxy, up } = await behind(config);
    const headers = { 'api-key': key, authorization: `Bearer ${key}`, 'x-api-key': key };
    await fetch(proxy.url + path, { ...init, headers });
    expect(up.calls).toHaveLength(1);
    expect(up.calls[0]!.headers.join()).not.toContain(key);
    expect(up.served()).toEqual(['sk-ant-api03-a']);
  }
});
