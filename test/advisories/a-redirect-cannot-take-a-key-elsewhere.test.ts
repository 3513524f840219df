// The attack: an upstream (hijacked, or a base URL that has changed hands) answers with a redirect to a host
// of the attacker's. A proxy that followed it would hand over the account's key; a client that is handed it
// follows by itself, and sends the key it has for us (x-api-key is no header that fetch takes away) with the
// whole conversation.
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';
import { sourceOf } from '../help/a-source.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const body = '{"model":"claude-opus-5-5","messages":[]}';

async function behind(status: number, kind: 'api-key' | 'passthrough' = 'api-key') {
  const attacker = await rooms.add(anUpstream(() => message('caught')));
  const headers = ['location', `${attacker.url}/v1/messages?token=planted`];
  const hijacked = await rooms.add(anUpstream(() => ({ status, headers, body: sourceOf('moved') })));
  const good = await rooms.add(anUpstream(() => message('good')));
  const account = { name: 'hijacked', kind, baseUrl: hijacked.url, priority: 1 };
  const accounts = [kind === 'api-key' ? { ...account, secret: 'sk-ant-api03-planted-hijacked' } : account];
  return { attacker, hijacked, good, accounts };
}

const goodAccount = (up: Upstream) => ({
  name: 'good',
  kind: 'api-key' as const,
  baseUrl: up.url,
  priority: 2,
  secret: 'sk-ant-api03-planted-good',
});

describe.each([301, 302, 303, 307, 308])('an upstream that redirects with %d', (status) => {
  it('is not followed, neither by the proxy nor by the client', async () => {
    const { attacker, hijacked, accounts } = await behind(status);
    const proxy = await rooms.add(aProxy({ accounts, keys: [{ name: 'ci' }] }));
    const headers = { 'x-api-key': proxy.keys[0]! };
    for (const [path, init] of [
      ['/v1/messages', { method: 'POST', body }],
      ['/v1/messages/count_tokens', { method: 'POST', body }],
      ['/v1/models', {}],
      ['/v1/files/file_1/content', {}],
      ['/v1/files', { method: 'POST', body: 'anything' }],
    ] as const) {
      const answer = await fetch(`${proxy.url}${path}`, { ...init, headers });
      expect([path, answer.status]).toEqual([path, 502]);
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.headers.get('x-should-retry')).toBe('false');
      expect(await answer.text()).not.toContain(attacker.url);
    }
    expect(hijacked.calls).toHaveLength(5);
    expect(attacker.calls).toEqual([]);
    expect(JSON.stringify(proxy.lines)).not.toContain('planted');
  });

  it('loses the call to the next account, before the client sees anything', async () => {
    const { attacker, good, accounts } = await behind(status);
    const proxy = await rooms.add(aProxy({ accounts: [...accounts, goodAccount(good)] }));
    const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ccproxy-account')).toBe('good');
    expect(await answer.text()).toContain('good');
    expect(attacker.calls).toEqual([]);
  });

  it("cannot take a client's own login either", async () => {
    const { attacker, accounts } = await behind(status, 'passthrough');
    const proxy = await rooms.add(aProxy({ accounts }));
    const headers = { authorization: 'Bearer sk-ant-oat01-planted' };
    const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body });
    expect(answer.status).toBe(502);
    expect(attacker.calls).toEqual([]);
  });
});
