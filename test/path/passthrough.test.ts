import { afterEach, describe, expect, it } from 'bun:test';
import { header } from '../../src/http/headers.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { anUpstream, apiError, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(
  reply: Reply,
  more: ProxyOptions & { beside?: boolean } = {},
): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const accounts: ProxyOptions['accounts'] = [{ name: 'own', kind: 'passthrough', baseUrl: up.url }];
  if (more.beside === true)
    accounts.push({ name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' });
  return { proxy: await rooms.add(aProxy({ accounts, ...more })), up };
}

const login = 'Bearer sk-ant-oat01-the-users-own';
const body = '{"model":"claude-opus-5-5","messages":[]}';

function post(proxy: Proxy, headers: Record<string, string>): Promise<Response> {
  return fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body });
}

describe('a pass-through account', () => {
  it("sends the client's own login on untouched, beta value included, and keeps nothing", async () => {
    const { proxy, up } = await behind(() => message());
    const answer = await post(proxy, { authorization: login, 'anthropic-beta': 'oauth-2025-04-20' });
    expect(answer.status).toBe(200);
    expect(header(up.calls[0]!.headers, 'authorization')).toBe(login);
    expect(header(up.calls[0]!.headers, 'anthropic-beta')).toBe('oauth-2025-04-20');
    await proxy.stop();
    const kept = await Promise.all(
      [...new Bun.Glob('**/*').scanSync({ cwd: proxy.places.home, dot: true })].map((file) =>
        Bun.file(`${proxy.places.home}/${file}`).text(),
      ),
    );
    expect(`${kept.join('\n')}${JSON.stringify(proxy.lines)}`).not.toContain('the-users-own');
  });

  it("serves the client's own login, and the account with a key serves the others", async () => {
    const { proxy, up } = await behind(() => message(), { beside: true });
    await post(proxy, { authorization: login });
    await post(proxy, { authorization: 'Bearer placeholder' });
    await post(proxy, {});
    expect(up.served()).toEqual(['sk-ant-oat01-the-users-own', 'sk-ant-api03-ann', 'sk-ant-api03-ann']);
  });

  it('is never followed by another account, and passes limits and refusals as they are', async () => {
    const { proxy, up } = await behind(
      () =>
        apiError(429, 'rate_limit_error', [
          'retry-after',
          '50',
          'anthropic-ratelimit-unified-status',
          'rejected',
        ]),
      { beside: true },
    );
    const answer = await post(proxy, { authorization: login });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
    expect(up.calls).toHaveLength(1);
    await post(proxy, { authorization: login });
    expect(up.calls).toHaveLength(2);
  });

  it('is never what another account fails over to', async () => {
    const { proxy, up } = await behind(() => apiError(529, 'overloaded_error', ['x-should-retry', 'false']), {
      beside: true,
    });
    expect((await post(proxy, {})).status).toBe(529);
    expect(up.served()).toEqual(['sk-ant-api03-ann']);
  });

  it('takes the client key in a header of its own, which stays here', async () => {
    const { proxy, up } = await behind(() => message(), { keys: [{ name: 'ci' }] });
    const [key = ''] = proxy.keys;
    expect((await post(proxy, { authorization: login })).status).toBe(401);
    expect((await post(proxy, { authorization: login, 'x-ccproxy-key': key })).status).toBe(200);
    expect(up.served()).toEqual(['sk-ant-oat01-the-users-own']);
    expect(up.calls[0]!.headers.join()).not.toContain(key);
  });

  it('says what is missing when the client brings no login', async () => {
    const { proxy, up } = await behind(() => message());
    const answer = await post(proxy, {});
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(up.calls).toEqual([]);
  });
});
