import { describe, expect, test } from 'bun:test';
import { None } from 'oauth4webapi';
import type { Provider } from '../../src/oauth/provider.ts';
import { readTokenAnswer, type Asked, type TokenAnswer } from '../../src/oauth/token-answer.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { providersIn } from './a-sign-in.ts';

const at = Date.UTC(2026, 10, 22);
const issuer = 'https://idp.example';

function read(
  answer: unknown,
  asked: Partial<Asked> = {},
  response: ResponseInit = {},
): Promise<TokenAnswer> {
  const toml = `[providers.p]\nissuer = "${issuer}"\nclient_id = "me"\ntoken_lifetime_seconds = 900`;
  const settings = providersIn(toml).get('p');
  if (settings === undefined) throw new Error('no provider');
  const provider: Provider = {
    name: 'p',
    settings,
    server: { issuer },
    client: { client_id: 'me' },
    auth: None(),
    secrets: ['of-the-client'],
  };
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const how = { grant: 'refresh', nonce: undefined, at, secrets: ['of-the-person'], ...asked } as const;
  return readTokenAnswer(new Response(body, response), provider, how);
}

async function tokens(answer: object, asked: Partial<Asked> = {}): Promise<TokenSet> {
  const given = await read({ access_token: 'a', token_type: 'Bearer', ...answer }, asked);
  if (given.is !== 'tokens') throw new Error(JSON.stringify(given));
  return given.tokens;
}

describe('tokens', () => {
  test('are taken as they come', async () => {
    const given = await tokens({
      refresh_token: 'r',
      expires_in: 60,
      scope: 'a b',
      email: 'ann@example.com',
    });
    expect([given.access.reveal(), given.refresh?.reveal()]).toEqual(['a', 'r']);
    expect(given).toMatchObject({ expiresAt: at + 60_000, scope: 'a b', label: 'ann@example.com' });
  });

  test('of a provider that says no more than it must', async () => {
    const given = await tokens({});
    expect(given).toMatchObject({
      refresh: undefined,
      expiresAt: at + 900_000,
      scope: undefined,
      label: undefined,
    });
  });

  test('are not thrown away over a lifetime that makes no sense', async () => {
    for (const lifetime of [0, -1, 'soon', null, [], Number.NaN])
      expect((await tokens({ expires_in: lifetime })).expiresAt, String(lifetime)).toBe(at + 900_000);
    for (const lifetime of [1e300, '1e300', 1e12])
      expect((await tokens({ expires_in: lifetime })).expiresAt).toBe(at + 366 * 86_400_000);
    expect((await tokens({ expires_in: '60' })).expiresAt).toBe(at + 60_000);
  });

  test('are not thrown away over members that are not what they should be', async () => {
    const given = await tokens({ refresh_token: null, scope: ['a'], id_token: 'rubbish', email: 7 });
    expect(given).toMatchObject({ refresh: undefined, scope: undefined, label: undefined });
    expect((await tokens({ refresh_token: '' })).refresh).toBeUndefined();
  });

  test('name their owner in text that is fit to be shown', async () => {
    expect((await tokens({ email: `ann\x1b[31m@example.com${'x'.repeat(200)}` })).label).toHaveLength(100);
    expect((await tokens({ email: ' \n' })).label).toBeUndefined();
  });
});

describe('an ID token', () => {
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const idToken = (claims: object): string =>
    [
      encoded({ alg: 'RS256' }),
      encoded({ iss: issuer, aud: 'me', sub: 's', iat: now, exp: now + 60, ...claims }),
      Buffer.from('signature').toString('base64url'),
    ].join('.');
  const asked = { grant: 'code', nonce: 'n' } as const;

  test('names the owner', async () => {
    const label = async (claims: object): Promise<string | undefined> =>
      (await tokens({ id_token: idToken({ nonce: 'n', ...claims }) }, asked)).label;
    expect(await label({ email: 'ann@example.com', name: 'Ann' })).toBe('ann@example.com');
    expect(await label({ preferred_username: 'ann', name: 'Ann' })).toBe('ann');
    expect(await label({})).toBe('s');
  });

  test('of another issuer, for another client, of another sign-in or out of date makes the answer unusable', async () => {
    for (const claims of [
      { iss: 'https://evil.example' },
      { aud: 'another' },
      { nonce: 'another' },
      { nonce: undefined },
      { exp: now - 1000 },
    ]) {
      const id = idToken({ nonce: 'n', ...claims });
      const given = await read({ access_token: 'a', token_type: 'bearer', id_token: id }, asked);
      expect(given, JSON.stringify(claims)).toMatchObject({ is: 'unusable', mayBeSpent: true });
    }
  });

  test('of a renewal is not looked at', async () => {
    expect((await tokens({ id_token: idToken({ iss: 'https://evil.example' }) })).access.reveal()).toBe('a');
  });
});

describe('an answer is unusable', () => {
  test('without tokens, or with tokens of a sort nobody knows', async () => {
    for (const answer of [
      {},
      { access_token: 'a' },
      { access_token: 'a', token_type: 'mac' },
      { access_token: 'a', token_type: 'DPoP' },
      { access_token: '', token_type: 'bearer' },
      { access_token: 7, token_type: 'bearer' },
    ])
      expect(await read(answer), JSON.stringify(answer)).toMatchObject({ is: 'unusable', mayBeSpent: true });
  });

  test('when it is something else', async () => {
    const page = await read('<html>', {}, { headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page).toMatchObject({
      is: 'unusable',
      reason: 'answered with something else than tokens (text/html; charset=utf-8)',
      mayBeSpent: true,
    });
  });

  test('when the server fails, which may be after its work', async () => {
    expect(await read('', {}, { status: 502, headers: { 'retry-after': '20' } })).toEqual({
      is: 'unusable',
      reason: 'answered with status 502',
      mayBeSpent: true,
      retryAt: at + 20_000,
    });
    expect(await read({ error: 'temporarily_unavailable' }, {}, { status: 400 })).toMatchObject({
      is: 'unusable',
      reason: 'answered with status 400 (temporarily_unavailable)',
      mayBeSpent: true,
    });
  });

  test('when it turns the request away for now, or sends it elsewhere', async () => {
    expect(await read({ error: 'rate_limited' }, {}, { status: 429 })).toMatchObject({
      is: 'unusable',
      mayBeSpent: false,
    });
    expect(await read('', {}, { status: 307 })).toMatchObject({ is: 'unusable', mayBeSpent: false });
    expect(await read({ error: { message: 'x' } }, {}, { status: 400 })).toMatchObject({
      is: 'unusable',
      mayBeSpent: false,
    });
  });
});

describe('an error', () => {
  test('is what RFC 6749 calls one, with whatever status of a refusal', async () => {
    for (const status of [400, 401, 403])
      expect(await read({ error: 'invalid_grant' }, {}, { status })).toEqual({
        is: 'error',
        code: 'invalid_grant',
        reason: 'invalid_grant',
      });
    expect(await read({ error: 'slow_down' }, {}, { status: 429 })).toMatchObject({ is: 'error' });
  });

  test('is found behind a challenge too', async () => {
    const headers = { 'www-authenticate': 'Basic realm="x"' };
    expect(await read({ error: 'invalid_client' }, {}, { status: 401, headers })).toMatchObject({
      code: 'invalid_client',
    });
  });

  test('repeats nothing that was sent', async () => {
    const error = { error: 'invalid_grant', error_description: 'of-the-person and of-the-client' };
    expect(await read(error, {}, { status: 400 })).toMatchObject({
      reason: 'invalid_grant: [secret] and [secret]',
    });
  });
});
