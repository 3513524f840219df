import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'bun:test';
import { None } from 'oauth4webapi';
import { authorizationRequest, judge, type Request } from '../../src/oauth/authorization.ts';
import type { Provider } from '../../src/oauth/provider.ts';
import { providersIn } from './a-sign-in.ts';

const issuer = 'https://idp.example';
const redirectUri = 'http://127.0.0.1:5000/callback';

function aProvider(toml = `issuer = "${issuer}"`, server = {}): Provider {
  const settings = providersIn(`[providers.p]\nclient_id = "me"\n${toml}`).get('p');
  if (settings === undefined) throw new Error('no provider');
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    authorization_response_iss_parameter_supported: true,
    ...server,
  };
  return {
    name: 'p',
    settings,
    server: metadata,
    client: { client_id: 'me' },
    auth: None(),
    secrets: [],
  };
}

const begin = (provider = aProvider()): Promise<Request> =>
  authorizationRequest(provider, redirectUri, randomBytes);

describe('the request', () => {
  test('carries the challenge of its verifier, and a state that has nothing to do with it', async () => {
    const request = await begin();
    const asked = new URL(request.url).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      response_type: 'code',
      client_id: 'me',
      redirect_uri: redirectUri,
      state: request.state,
      code_challenge: createHash('sha256').update(request.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(request.verifier).toMatch(/^[\w-]{43}$/);
    expect(request.state).toMatch(/^[\w-]{43}$/);
    expect(request.url).not.toContain(request.verifier);
  });

  test('draws verifier, state and nonce apart', async () => {
    const draws: string[] = [];
    const provider = aProvider(`issuer = "${issuer}"\nscopes = ["openid"]`);
    const request = await authorizationRequest(provider, redirectUri, (bytes) => {
      const drawn = randomBytes(bytes);
      draws.push(drawn.toString('base64url'));
      return drawn;
    });
    expect(draws.toSorted()).toEqual([request.verifier, request.state, request.nonce ?? ''].toSorted());
    expect(new URL(request.url).searchParams.get('nonce')).toBe(request.nonce ?? '');
  });

  test('asks for what the settings say, and keeps the query of the endpoint', async () => {
    const settings = [
      `issuer = "${issuer}"`,
      'scopes = ["a", "b"]',
      'audience = "api"',
      'resource = ["https://one.example", "https://two.example"]',
      'extra_params = { prompt = "consent", tenant = "mine" }',
    ].join('\n');
    const server = { authorization_endpoint: `${issuer}/authorize?tenant=theirs&state=fixed` };
    const request = await begin(aProvider(settings, server));
    const asked = new URL(request.url).searchParams;
    expect(asked.get('scope')).toBe('a b');
    expect(asked.get('audience')).toBe('api');
    expect(asked.getAll('resource')).toEqual(['https://one.example', 'https://two.example']);
    expect(asked.get('prompt')).toBe('consent');
    expect(asked.getAll('state')).toEqual([request.state]);
  });

  test('says nothing of another program', async () => {
    expect((await begin()).url).not.toMatch(/surface|claude_code/);
  });
});

describe('an answer', () => {
  const judged = async (answer: (request: Request) => Record<string, string>, provider = aProvider()) => {
    const request = await begin(provider);
    return judge(provider, request, new URLSearchParams(answer(request)));
  };

  test('with the state of the request and the issuer of the provider is believed', async () => {
    const judgement = await judged(({ state }) => ({ code: 'c', state, iss: issuer }));
    if (judgement.is !== 'code') throw new Error(judgement.is);
    expect(judgement.redemption.answer.get('code')).toBe('c');
    expect(judgement.redemption.redirectUri).toBe(redirectUri);
  });

  test('with another state, none, or two is somebody else’s', async () => {
    expect((await judged(() => ({ code: 'c', state: 'theirs', iss: issuer }))).is).toBe('foreign');
    expect((await judged(() => ({ code: 'c', iss: issuer }))).is).toBe('foreign');
    expect((await judged(() => ({ error: 'access_denied' }))).is).toBe('foreign');
    const provider = aProvider();
    const request = await begin(provider);
    const twice = new URLSearchParams(`code=c&state=${request.state}&state=theirs&iss=${issuer}`);
    expect(judge(provider, request, twice).is).toBe('foreign');
  });

  test('of another issuer, or of nobody where the provider says its name, ends the sign-in', async () => {
    const evil = await judged(({ state }) => ({ code: 'c', state, iss: 'https://evil.example' }));
    expect(evil).toEqual({
      is: 'unsound',
      reason: 'sent an answer back that is not believed (unexpected "iss" (issuer) response parameter value)',
    });
    expect((await judged(({ state }) => ({ code: 'c', state }))).is).toBe('unsound');
    const silent = aProvider(undefined, { authorization_response_iss_parameter_supported: undefined });
    expect((await judged(({ state }) => ({ code: 'c', state }), silent)).is).toBe('code');
    expect(
      (await judged(({ state }) => ({ code: 'c', state, iss: 'https://evil.example' }), silent)).is,
    ).toBe('unsound');
  });

  test('cannot be compared where the settings name no issuer', async () => {
    const provider = aProvider('token_endpoint = "https://idp.example/token"', {
      issuer: 'none',
      authorization_response_iss_parameter_supported: undefined,
    });
    expect((await judged(({ state }) => ({ code: 'c', state, iss: issuer }), provider)).is).toBe('code');
  });

  test('that is an error says whether it was a no', async () => {
    const error = (code: string) =>
      judged(({ state }) => ({ error: code, error_description: 'so\nit is', state, iss: issuer }));
    expect(await error('access_denied')).toEqual({ is: 'denied', reason: 'access_denied: so it is' });
    expect(await error('invalid_scope')).toEqual({ is: 'refused', reason: 'invalid_scope: so it is' });
  });

  test('without a code, or with tokens instead, is not understood', async () => {
    expect((await judged(({ state }) => ({ state, iss: issuer }))).is).toBe('unsound');
    expect((await judged(({ state }) => ({ code: 'c', token: 't', state, iss: issuer }))).is).toBe('unsound');
  });
});
