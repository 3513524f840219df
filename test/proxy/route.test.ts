import { describe, expect, it } from 'bun:test';
import { routeOf, type Route } from '../../src/proxy/route.ts';
import { thrownBy } from '../help/a-failure.ts';

const route = (target: string, method = 'POST'): Route | undefined => routeOf(method, target, false);

describe('routeOf', () => {
  it('knows messages and their counting, and keeps the query as it came', () => {
    for (const query of ['', '?beta=true', '?', '?a=b?c&&d=%2F..%2f']) {
      expect(route(`/v1/messages${query}`)).toEqual({
        is: 'messages',
        counting: false,
        target: `/v1/messages${query}`,
      });
      expect(route(`/v1/messages/count_tokens${query}`)).toEqual({
        is: 'messages',
        counting: true,
        target: `/v1/messages/count_tokens${query}`,
      });
    }
  });

  it('takes the alias /api/v1 off', () => {
    expect(route('/api/v1/messages?beta=true')).toEqual({
      is: 'messages',
      counting: false,
      target: '/v1/messages?beta=true',
    });
    expect(route('/api/v1/files/file_1', 'GET')).toEqual({
      is: 'object',
      target: '/v1/files/file_1',
      path: '/v1/files/file_1',
      group: 'files',
    });
    expect(route('/api/api/v1/messages')).toBeUndefined();
  });

  it('answers the greeting of Claude Code, and only as a question', () => {
    expect(route('/api/hello', 'HEAD')).toEqual({ is: 'hello' });
    expect(route('/api/hello?x=1', 'GET')).toEqual({ is: 'hello' });
    expect(route('/api/hello', 'POST')).toBeUndefined();
    expect(route('/api/hello/', 'GET')).toBeUndefined();
  });

  it('the usage of a client key is answered here, and only read', () => {
    expect(route('/api/oauth/usage', 'GET')).toEqual({ is: 'usage' });
    expect(route('/api/oauth/usage?x=1', 'GET')).toEqual({ is: 'usage' });
    for (const other of ['/api/oauth/usage/', '/api/oauth', '/api/oauth/Usage'])
      expect(route(other, 'GET')).toBeUndefined();
    expect(route('/api/oauth/usage', 'POST')).toBeUndefined();
  });

  it('knows the list of models, which only a GET asks for, and a HEAD below the paths of OpenAI', () => {
    expect(route('/v1/models?limit=1000', 'GET')).toEqual({ is: 'models', target: '/v1/models?limit=1000' });
    expect(route('/v1/models', 'HEAD')).toMatchObject({ is: 'object', group: 'models' });
    expect(route('/v1/models/claude-opus-5-5', 'GET')).toMatchObject({ is: 'object', group: 'models' });
    expect(route('/openai/v1/models', 'HEAD')).toEqual({ is: 'models', target: '/v1/models' });
    expect(route('/openai/v1/models/gpt-5', 'HEAD')).toMatchObject({ is: 'object', group: 'models' });
  });

  it('tells batches from messages, and nothing else', () => {
    expect(route('/v1/messages/batches')).toMatchObject({ is: 'object', group: 'batches' });
    expect(route('/v1/messages/batches?limit=5', 'GET')).toMatchObject({ is: 'object', group: 'batches' });
    expect(route('/v1/messages/batches/msgbatch_01/results', 'GET')).toMatchObject({ group: 'batches' });
    expect(route('/v1/messages/batchesx')).toMatchObject({ is: 'object', group: 'messages' });
  });

  it('is silent about what is not the API’s', () => {
    for (const target of [
      '/',
      '/status',
      '/v1',
      '/v1/',
      '/v1x/messages',
      '/v2/messages',
      '/V1/messages',
      '*',
      '',
      '//v1/messages',
      'http://127.0.0.1/v1/messages',
      '/api/v1',
      '/api/v2/messages',
      '/v1;x/messages',
      '/%761/messages',
      '/v1%2Fmessages',
    ])
      expect(route(target)).toBeUndefined();
  });

  it('lets every other path of the API through, with ids of every kind', () => {
    const paths = [
      '/v1/files/file_011CPMxVD3fHLUhvTqtsQA5w/content',
      '/v1/messages/batches/msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d/cancel',
      '/v1/models/claude-opus-4-5-20251101',
      '/v1/models/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      '/v1/models/claude-opus-4-5@20251101',
      '/v1/models/vertex%2Fclaude-zz',
      '/v1/models/us.anthropic.claude%3A0',
      '/v1/skills/skill_01/versions/1759178010641129',
      '/v1/sessions/sess_01/events/stream',
      '/v1/sessions/sess_01/threads/thr_01/archive',
      '/v1/environments/env_01/work/poll',
      '/v1/memory_stores/memstore_01/memories/mem_01',
      '/v1/user_profiles/uprof_01',
      '/v1/deployment_runs/drun_01',
      '/v1/vaults/vlt_01/credentials/cred_01',
      '/v1/complete',
      '/v1/experimental/generate_prompt',
      "/v1/something_new/with-a.dotted~id_(1)!$&'*+,=:@",
      '/v1/files/..file',
      '/v1/files/file..txt',
      '/v1/files/...',
      '/v1/organizations_of_mine',
      '/v1/oauth2/x',
    ];
    for (const path of paths)
      expect(route(`${path}?a=1`, 'GET')).toMatchObject({ is: 'object', target: `${path}?a=1`, path });
  });

  it('is not led by the query', () => {
    expect(route('/v1/files?x=/v1/organizations/../..', 'GET')).toMatchObject({ group: 'files' });
    expect(route('/v1/messages?x=//;../%2e')).toMatchObject({ is: 'messages' });
  });
});

describe('methods', () => {
  it('of messages are POST alone', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'post'])
      for (const path of ['/v1/messages', '/v1/messages/count_tokens?beta=true']) {
        const error = thrownBy(() => route(path, method));
        expect([error.code, error.status]).toEqual(['method_not_allowed', 405]);
        if (method !== 'post') expect(error.allow).toBe('POST');
      }
  });

  it('never make the upstream show our credential or open a tunnel', () => {
    for (const method of ['TRACE', 'CONNECT', 'TRACK', 'trace', 'PROPFIND', 'X'.repeat(500)]) {
      const error = thrownBy(() => route('/v1/files', method));
      expect(error.code).toBe('method_not_allowed');
      expect(error.allow).toContain('GET, HEAD, POST');
      expect(error.message.length).toBeLessThan(200);
    }
  });

  it('of everything else are the upstream’s business', () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect(route('/v1/files/file_1', method)?.is).toBe('object');
  });
});

describe('targets', () => {
  it('may be as long as any of the API, and no longer', () => {
    const long = `/v1/files/${'x'.repeat(8_192 - 10)}`;
    expect(route(long)).toMatchObject({ is: 'object' });
    expect(thrownBy(() => route(`${long}x`)).status).toBe(414);
    expect(thrownBy(() => route(`/v1/messages?${'x'.repeat(100_000)}`)).code).toBe('target_too_long');
    expect(thrownBy(() => route('/'.repeat(100_000))).code).toBe('target_too_long');
  });

  it('that cannot be read are a mistake of the caller, never one of ours', () => {
    for (const path of [
      '/v1/files/%',
      '/v1/files/%f',
      '/v1/files/%zz',
      '/v1/%ff',
      '/v1/files/%C3%28',
      '/v1/files/%e2%80%ae',
      '/v1/files/größe',
      '/v1/files/a b',
      '/v1/files/a\tb',
      '/v1/files/\0',
      '/v1/files/%00',
      '/v1/files/%0a',
      '/v1/files/%7f',
      '/v1/files/#x',
      '/v1/files/%23',
    ])
      expect(thrownBy(() => route(path, 'GET')).code).toBe('bad_request');
  });
});

describe('guarded groups', () => {
  it('are refused, and the refusal says which setting opens them', () => {
    for (const path of [
      '/v1/organizations',
      '/v1/organizations/me',
      '/v1/oauth/token',
      '/v1/tunnels/tun_1/token',
      '/api/v1/organizations/usage_report',
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        const error = thrownBy(() => route(path, method));
        expect([error.code, error.status]).toEqual(['path_refused', 403]);
        expect(error.message).toContain('upstream.allow_admin_paths');
      }
  });

  it('are open where the setting says so, in their plain spelling alone', () => {
    expect(routeOf('GET', '/v1/organizations/me', true)).toMatchObject({
      is: 'object',
      group: 'organizations',
    });
    expect(thrownBy(() => routeOf('GET', '/v1/Organizations/me', true)).code).toBe('bad_request');
  });
});
