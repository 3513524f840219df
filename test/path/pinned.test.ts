import { afterEach, describe, expect, it } from 'bun:test';
import { header } from '../../src/http/headers.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, message, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(reply: Reply): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const of = (name: string, priority: number, enabled = true) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    priority,
    enabled,
    secret: `sk-ant-api03-${name}`,
  });
  const accounts = [of('ann', 0), of('bob', 1), of('off', 2, false)];
  return { proxy: await rooms.add(aProxy({ accounts })), up };
}

const post = (proxy: Proxy, name: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
    headers: { 'x-account-name': name, ...more },
  });

const servedBy = ({ headers }: Response): string | null => headers.get('x-ccproxy-account');

describe('X-Account-Name', () => {
  it('chooses the account, whatever the policy and the session say, and stays here', async () => {
    const { proxy, up } = await behind(() => message());
    const session = { 'x-claude-code-session-id': 's1' };
    for (const name of ['ann', 'bob', 'BOB', 'ann'])
      expect(servedBy(await post(proxy, name, session))).toBe(name.toLowerCase());
    expect(up.calls.map(({ headers }) => header(headers, 'x-account-name'))).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });

  it('chooses by id as well', async () => {
    const { proxy } = await behind(() => message());
    expect(servedBy(await post(proxy, 'bob'))).toBe('bob');
    await until(() => proxy.records.length === 1);
    const { accountId } = proxy.records[0]!;
    expect(servedBy(await post(proxy, accountId!))).toBe('bob');
  });

  it('of nobody is a 404, and asks nobody', async () => {
    const { proxy, up } = await behind(() => message());
    const answer = await post(proxy, 'zoe');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
    expect(up.calls).toHaveLength(0);
  });

  it('of an account that rests is a 429 with its reset; the first one is the upstream’s own', async () => {
    const { proxy, up } = await behind(() => apiError(429, 'rate_limit_error', ['retry-after', '300']));
    expect(await (await post(proxy, 'ann')).text()).toContain('rate_limit_error from upstream');
    const answer = await post(proxy, 'ann');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toMatch(/^(?:29\d|300)$/);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await answer.text()).toContain('The account ann is at its limit');
    expect(up.served()).toEqual(['sk-ant-api03-ann']);
  });

  it('of an account that is signed out or switched off is a 503 that nobody should repeat', async () => {
    const { proxy, up } = await behind(() => apiError(401, 'authentication_error'));
    expect((await post(proxy, 'ann')).status).toBe(401);
    for (const name of ['ann', 'off']) {
      const answer = await post(proxy, name);
      expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, 'false']);
      expect(await answer.text()).toContain(`The account ${name} cannot serve`);
    }
    expect(up.calls).toHaveLength(1);
  });

  it.each([
    [500, 1],
    [503, 1],
    // Twice in place, as everywhere.
    [529, 3],
  ])('fails over to nobody: %d is the answer', async (status, calls) => {
    const { proxy, up } = await behind(() => apiError(status, 'api_error'));
    expect((await post(proxy, 'ann')).status).toBe(status);
    expect(up.served()).toEqual(Array.from({ length: calls }, () => 'sk-ant-api03-ann'));
  });
});
