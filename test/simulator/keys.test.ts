import { describe, expect, test } from 'bun:test';
import { aMessage, ann, aSimulator } from './help.ts';

const body = aMessage('hi');

describe('a credential', () => {
  test('is taken as x-api-key or as bearer, the former first', async () => {
    const { ask, simulator } = aSimulator();
    expect((await ask({ body, headers: ['X-Api-Key', ann.key] })).status).toBe(200);
    expect((await ask({ body, key: '', headers: ['Authorization', `Bearer ${ann.key}`] })).status).toBe(200);
    expect((await ask({ body, headers: ['authorization', 'Bearer sk-ant-api03-bob'] })).status).toBe(200);
    expect(simulator.calls.map(({ key }) => key)).toEqual(['ann', 'ann', 'ann']);
  });

  test('is required and must be known', async () => {
    const { ask } = aSimulator();
    const refusal = async (headers: readonly string[]): Promise<unknown[]> => {
      const answer = await ask({ body, key: '', headers });
      return [answer.status, answer.json.error.type, answer.json.error.message];
    };
    expect(await refusal([])).toEqual([401, 'authentication_error', 'x-api-key header is required']);
    expect(await refusal(['x-api-key', 'wrong'])).toEqual([401, 'authentication_error', 'invalid x-api-key']);
    expect(await refusal(['authorization', 'Bearer wrong'])).toEqual([
      401,
      'authentication_error',
      'Invalid bearer token',
    ]);
    expect(await refusal(['authorization', 'Basic abc'])).toEqual([
      401,
      'authentication_error',
      'x-api-key header is required',
    ]);
  });

  test('that is refused is told neither owner nor limits', async () => {
    const { ask } = aSimulator();
    const answer = await ask({ body, key: 'wrong' });
    expect(answer.header('request-id')).toBeDefined();
    expect(answer.header('anthropic-organization-id')).toBeUndefined();
    expect(answer.header('anthropic-ratelimit-requests-limit')).toBeUndefined();
  });

  test('can be revoked', async () => {
    const { ask, simulator } = aSimulator();
    simulator.change('ann', { revoked: true });
    expect((await ask({ body })).status).toBe(401);
    simulator.change('ann', { revoked: false });
    expect((await ask({ body })).status).toBe(200);
  });

  test('of a sign-in is a bearer with its beta value; a refresh token is none', async () => {
    const { ask } = aSimulator({
      keys: [
        { key: 'sk-ant-oat01-x', name: 'oat' },
        { key: 'sk-ant-ort01-x', name: 'ort' },
      ],
    });
    const bearer = ['authorization', 'Bearer sk-ant-oat01-x'];
    const without = await ask({ body, key: '', headers: bearer });
    expect([without.status, without.json.error.message]).toEqual([
      401,
      'OAuth authentication is currently not supported.',
    ]);
    expect(
      (await ask({ body, key: '', headers: [...bearer, 'anthropic-beta', 'a, oauth-2025-04-20'] })).status,
    ).toBe(200);
    expect((await ask({ body, key: 'sk-ant-oat01-x' })).status).toBe(401);
    expect((await ask({ body, key: '', headers: ['authorization', 'Bearer sk-ant-ort01-x'] })).status).toBe(
      401,
    );
  });

  test('acts in its own workspace only', async () => {
    const { ask } = aSimulator();
    expect((await ask({ body, headers: ['anthropic-workspace-id', 'wrkspc_a'] })).status).toBe(200);
    expect((await ask({ body, headers: ['anthropic-workspace-id', 'wrkspc_b'] })).status).toBe(403);
  });

  test('is anything in open mode, each one an organization of its own', async () => {
    const { ask, simulator } = aSimulator({ keys: [] });
    const first = await ask({ body, key: 'whatever' });
    const second = await ask({ body, key: 'something else' });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.header('anthropic-organization-id')).not.toBe(second.header('anthropic-organization-id'));
    expect((await ask({ body, key: 'whatever' })).header('anthropic-organization-id')).toBe(
      first.header('anthropic-organization-id'),
    );
    expect(simulator.calls[0]?.key).toMatch(/^open-\w{8}$/);
    expect(JSON.stringify(simulator.state())).not.toContain('whatever');
    expect((await ask({ body, key: '' })).status).toBe(401);
  });
});

describe('an endpoint', () => {
  test('that does not exist is 404, a wrong method 405 with what is allowed', async () => {
    const { ask } = aSimulator();
    for (const target of ['/', '/v1', '/v1/nothing', '/v1/messages/', '/v2/messages', '/v1/complete'])
      expect((await ask({ target })).status).toBe(404);
    const wrong = await ask({ target: '/v1/messages' });
    expect([wrong.status, wrong.header('allow')]).toEqual([405, 'POST']);
    expect((await ask({ target: '/v1/models', method: 'DELETE' })).status).toBe(405);
    expect((await ask({ target: '/v1/models', method: 'DELETE' })).json.error.type).toBe(
      'invalid_request_error',
    );
  });

  test('says hello without a credential', async () => {
    const { ask } = aSimulator();
    expect((await ask({ target: '/api/hello', method: 'HEAD', key: '' })).status).toBe(200);
  });

  test('of the administration answers, so that a refusal is known to be the gateway’s', async () => {
    const { ask, simulator } = aSimulator();
    expect((await ask({ target: '/v1/organizations/me' })).json.id).toBe('org-a');
    expect((await ask({ target: '/v1/organizations/rate_limits' })).status).toBe(200);
    expect((await ask({ target: '/v1/organizations/workspaces/wrkspc_a/members' })).status).toBe(200);
    expect((await ask({ target: '/v1/oauth/token', key: '', body: {} })).json.token_type).toBe('Bearer');
    expect(simulator.calls).toHaveLength(4);
  });
});

describe('the models', () => {
  test('are listed in pages', async () => {
    const { ask } = aSimulator();
    const all = (await ask({ target: '/v1/models?limit=1000' })).json;
    expect(all.data.length).toBeGreaterThan(10);
    expect(all.has_more).toBe(false);
    expect(all.data[0]).toMatchObject({
      type: 'model',
      id: 'claude-fable-5-2',
      display_name: 'Claude Fable 5.2',
    });
    const seen = [];
    let after = '';
    for (;;) {
      const page = (await ask({ target: `/v1/models?limit=5${after}` })).json;
      seen.push(...page.data);
      if (page.has_more !== true) break;
      after = `&after_id=${page.last_id}`;
    }
    expect(seen).toEqual(all.data);
    const before = (await ask({ target: `/v1/models?limit=2&before_id=${all.data[5].id}` })).json;
    expect(before.data).toEqual(all.data.slice(3, 5));
    expect((await ask({ target: '/v1/models?limit=0' })).status).toBe(400);
    expect((await ask({ target: '/v1/models?after_id=nothing' })).status).toBe(400);
  });

  test('are told one by one', async () => {
    const { ask } = aSimulator();
    expect((await ask({ target: '/v1/models/claude-opus-5-5' })).json.max_tokens).toBe(128_000);
    expect((await ask({ target: '/v1/models/gpt-5' })).status).toBe(404);
  });
});
