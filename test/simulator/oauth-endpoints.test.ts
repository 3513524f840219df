import { describe, expect, test } from 'bun:test';
import { aProvider, redirectUri } from './oauth-help.ts';

describe('discovery', () => {
  test('names the provider by the address it was called by', async () => {
    const { json } = await aProvider().get('/.well-known/oauth-authorization-server');
    expect(json).toMatchObject({
      issuer: 'http://127.0.0.1:1234',
      token_endpoint: 'http://127.0.0.1:1234/oauth/token',
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

describe('the authorization endpoint', () => {
  test('sends the browser back with code, state and issuer', async () => {
    const answer = await aProvider().authorize();
    expect(answer.status).toBe(302);
    const back = new URL(answer.header('location') ?? '');
    expect(`${back.origin}${back.pathname}`).toBe(redirectUri);
    expect(back.searchParams.get('code')).toStartWith('sim-code-');
    expect(back.searchParams.get('state')).toBe('s');
    expect(back.searchParams.get('iss')).toBe('http://127.0.0.1:1234');
  });

  test('asks on a page where it was not told to decide', async () => {
    const { authorize, post } = aProvider({ consent: 'ask' });
    const page = await authorize({ state: '"><script>' });
    expect([page.status, page.header('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(page.text).not.toContain('<script>');
    const fields = [...page.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const form = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
    const decided = await post('/oauth/authorize', { ...form, decision: 'approve', person: 'person-2' });
    expect(decided.header('location')).toContain('code=sim-code-');
  });

  test('tells of a person who says no', async () => {
    expect(await aProvider({ consent: 'deny' }).back()).toMatchObject({ error: 'access_denied', state: 's' });
  });

  test('insists on PKCE', async () => {
    const { back } = aProvider();
    expect(await back({ code_challenge: '' })).toMatchObject({ error: 'invalid_request' });
    expect(await back({ code_challenge_method: 'plain' })).toMatchObject({ error: 'invalid_request' });
  });

  test('sends nobody to an address that is neither https nor this machine', async () => {
    const { authorize } = aProvider();
    for (const uri of ['http://example.com/', 'javascript:alert(1)', 'nonsense', 'http://127.0.0.1.example/'])
      expect((await authorize({ redirect_uri: uri })).status).toBe(400);
    expect((await authorize({ redirect_uri: 'https://example.com/' })).status).toBe(302);
  });

  test('knows its clients where it has some', async () => {
    const { authorize } = aProvider({ clients: { known: null } });
    expect((await authorize()).status).toBe(400);
    expect((await authorize({ client_id: 'known' })).status).toBe(302);
  });

  test('has a page of its own to come back to, which shows the code', async () => {
    const { get } = aProvider();
    expect((await get('/oauth/code?code=abc&state=xyz')).text).toContain('<code>abc#xyz</code>');
    expect((await get('/oauth/code?error=access_denied')).status).toBe(400);
  });
});

describe('the token endpoint', () => {
  test('gives tokens for a code, and says whose they are', async () => {
    const { back, redeem } = aProvider({ accessSeconds: 60 });
    const { code = '' } = await back({ scope: 'a b' });
    const answer = await redeem(code);
    expect(answer.header('cache-control')).toBe('no-store');
    expect(answer.json.access_token).toStartWith('sim-access-');
    expect(answer.json.refresh_token).toStartWith('sim-refresh-');
    expect(answer.json).toMatchObject({
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'a b',
      email: 'person-1@simulated.example',
    });
  });

  test('refuses as RFC 6749 has it', async () => {
    const { post } = aProvider();
    const answer = await post('/oauth/token', { grant_type: 'password' });
    expect([answer.status, answer.json.error]).toEqual([400, 'unsupported_grant_type']);
  });

  test('wants the secret of a client that has one, by Basic or in the form', async () => {
    const { post } = aProvider({ clients: { c: 'hush' } });
    const form = { grant_type: 'refresh_token', refresh_token: 'x' };
    const basic = (text: string): string[] => [
      'authorization',
      `Basic ${Buffer.from(text).toString('base64')}`,
    ];
    const errors = [
      await post('/oauth/token', { ...form, client_id: 'c' }),
      await post('/oauth/token', { ...form, client_id: 'c', client_secret: 'hash' }),
      await post('/oauth/token', form, basic('c:hash')),
      await post('/oauth/token', form, basic('toString:x')),
      await post('/oauth/token', { ...form, client_id: 'c', client_secret: 'hush' }),
      await post('/oauth/token', form, basic('c:hush')),
    ].map(({ status, json }) => [status, json.error]);
    expect(errors).toEqual([
      ...Array.from({ length: 4 }, () => [401, 'invalid_client']),
      [400, 'invalid_grant'],
      [400, 'invalid_grant'],
    ]);
  });
});

describe('an access token', () => {
  test('is a bearer of the Messages API until it expires', async () => {
    const { signIn, message, clock, ask } = aProvider({ accessSeconds: 60 });
    const { access } = await signIn();
    expect((await message(access)).status).toBe(200);
    expect((await ask({ target: '/v1/models', key: access })).status).toBe(401);
    await clock.turn(60_000);
    expect((await message(access)).status).toBe(401);
  });

  test('is dead, not a new key, also where any key is taken', async () => {
    const { signIn, message, simulator, clock } = aProvider({ accessSeconds: 60 });
    const { access, refresh } = await signIn();
    await clock.turn(60_000);
    expect((await message(access)).status).toBe(401);
    expect((await message(refresh)).status).toBe(401);
    expect(simulator.state().keys.map(({ name }) => name)).toEqual(['ann', 'bob', 'person-1']);
  });

  test('counts for the person, with the limits of the person, across renewals and sign-ins', async () => {
    const { signIn, renew, message } = aProvider({
      people: [{ name: 'carol', requestsPerMinute: 3 }, { name: 'dave' }],
    });
    const first = await signIn();
    const renewed = (await renew(first.refresh)).json.access_token;
    const again = await signIn();
    const other = await signIn({ login_hint: 'dave' });
    const statuses = [];
    for (const token of [first.access, renewed, again.access, first.access, other.access])
      statuses.push((await message(token)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });

  test('is good no more after it was given back', async () => {
    const { signIn, message, post } = aProvider();
    const { access } = await signIn();
    expect((await post('/oauth/revoke', { token: access, client_id: 'c' })).status).toBe(200);
    expect((await message(access)).status).toBe(401);
    expect((await post('/oauth/revoke', { token: 'unknown', client_id: 'c' })).status).toBe(200);
  });
});

describe('a device grant', () => {
  test('needs no client id and no scope', async () => {
    const { post, get } = aProvider({ consent: 'ask', loginNotice: 'Hello' });
    const { status, json } = await post('/oauth/device_authorization', {});
    expect(status).toBe(200);
    expect(json.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(json).toMatchObject({
      verification_uri: 'http://127.0.0.1:1234/oauth/device',
      expires_in: 600,
      interval: 5,
      login_notice: 'Hello',
    });
    const target = json.verification_uri_complete.replace('http://127.0.0.1:1234', '');
    expect((await get(target)).text).toContain(`value="${json.user_code}"`);
  });

  test('is decided on the page, and by nothing but a click', async () => {
    const { post, get, poll, clock } = aProvider({ consent: 'ask' });
    const { json } = await post('/oauth/device_authorization', {});
    await get(`/oauth/device?user_code=${json.user_code}`);
    await clock.turn(5_000);
    expect((await poll(json.device_code)).json.error).toBe('authorization_pending');
    const typed = json.user_code.toLowerCase().replace('-', ' ');
    const click = await post('/oauth/device', { user_code: typed, decision: 'approve', person: 'person-3' });
    expect(click.status).toBe(200);
    await clock.turn(5_000);
    expect((await poll(json.device_code)).json.email).toBe('person-3@simulated.example');
  });
});

describe('lies and refusals', () => {
  const lying = (path: string, scenario: string, oauth = {}) => {
    const provider = aProvider(oauth);
    provider.simulator.fault({ path, scenario });
    return provider;
  };

  test('about who the provider is', async () => {
    const metadata = await lying('/.well-known/oauth-authorization-server', 'lie-iss').get(
      '/.well-known/oauth-authorization-server',
    );
    expect(metadata.json.issuer).toBe('https://somebody-else.example');
    expect(await lying('/oauth/authorize', 'lie-iss').back()).toMatchObject({
      iss: 'https://somebody-else.example',
      state: 's',
    });
  });

  test('about whose answer it is', async () => {
    expect(await lying('/oauth/authorize', 'lie-state').back()).toMatchObject({
      state: 'somebody-elses-state',
    });
  });

  test('about endpoints', async () => {
    const metadata = await lying('*', 'lie-endpoint').get('/.well-known/oauth-authorization-server');
    expect(metadata.json.token_endpoint).toBe('http://somebody-else.example/oauth/token');
    const device = await lying('*', 'lie-endpoint').post('/oauth/device_authorization', {});
    expect(device.json.verification_uri).toBe('javascript:alert(1)');
  });

  test('about tokens', async () => {
    const tokens = async (scenario: string) => {
      const { back, redeem } = lying('/oauth/token', scenario);
      return (await redeem((await back())['code'] ?? '')).json;
    };
    expect(await tokens('lie-type')).not.toHaveProperty('token_type');
    expect(await tokens('lie-lifetime')).toMatchObject({ expires_in: 1e300 });
    expect(await tokens('lie-lifetime-soon')).toMatchObject({ expires_in: 'soon' });
    expect((await tokens('huge-5000')).padding).toHaveLength(5000);
  });

  test('in the words of a scenario', async () => {
    const { renew } = lying('/oauth/token', 'oauth-error-invalid_grant;message=<b>no</b>');
    const answer = await renew('x');
    expect([answer.status, answer.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: '<b>no</b>' },
    ]);
    const back = await lying('/oauth/authorize', 'oauth-error-server_error').back();
    expect(back).toMatchObject({ error: 'server_error', state: 's' });
  });

  test('that every endpoint can play: down, slow, a web page, an answer that is lost', async () => {
    expect((await lying('/oauth/token', 'error-503').renew('x')).status).toBe(503);
    expect((await lying('/oauth/token', 'html').renew('x')).header('content-type')).toContain('text/html');
    expect((await lying('/oauth/token', 'redirect').renew('x')).status).toBe(307);
    const { signIn, renew, simulator } = aProvider();
    const { refresh } = await signIn();
    simulator.fault({ path: '/oauth/token', scenario: 'cut-head', times: 1 });
    expect((await renew(refresh)).ended).toBe('fail');
    expect(simulator.signIns.book.families[0]?.renewals).toBe(1);
  });
});
