import { afterEach, describe, expect, test } from 'bun:test';
import type { Answer } from '../../src/http/call.ts';
import { Discovery } from '../../src/oauth/discovery.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock } from '../help/a-clock.ts';
import { anUpstream, json, type Upstream } from '../help/an-upstream.ts';
import { Rooms } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const oauth2 = '/.well-known/oauth-authorization-server';
const openid = '/.well-known/openid-configuration';

/** A server that answers by path, and one who looks it up. */
async function aServer(answers: (issuer: string) => Record<string, Answer | (() => Answer)>) {
  const upstream: Upstream = await rooms.add(
    anUpstream(({ target }) => {
      const answer = answers(upstream.url)[target];
      return typeof answer === 'function' ? answer() : (answer ?? json(404, {}));
    }),
  );
  const clock = new HandClock();
  const sender = openSender({ clock });
  const discovery = new Discovery(sender, clock);
  const targets = (): string[] => upstream.calls.map(({ target }) => target);
  const close = (): Promise<void> => {
    sender.close();
    return Promise.resolve();
  };
  await rooms.add(Promise.resolve({ close }));
  return { upstream, clock, discovery, targets, issuer: upstream.url };
}

const document = (issuer: string, more: object = {}): Answer =>
  json(200, { issuer, token_endpoint: `${issuer}/token`, ...more });

const html: Answer = {
  status: 200,
  headers: ['content-type', 'text/html'],
  body: Buffer.from('<!doctype html>'),
};

describe('an issuer', () => {
  test('is looked up by RFC 8414, with its path behind the well-known one', async () => {
    const { discovery, issuer, targets } = await aServer((url) => ({
      [`${oauth2}/realms/team`]: document(`${url}/realms/team`),
    }));
    expect(await discovery.find(`${issuer}/realms/team`)).toEqual({
      is: 'found',
      metadata: {
        issuer: `${issuer}/realms/team`,
        token_endpoint: `${issuer}/realms/team/token`,
      },
    });
    expect(targets()).toEqual([`${oauth2}/realms/team`]);
  });

  test.each([
    ['nothing', json(404, {})],
    ['a web page', html],
    ['a redirect', { status: 302, headers: ['location', 'https://example.com/'], body: undefined }],
    ['something else', json(200, [])],
  ])('is looked up by OpenID discovery where the first gives %s', async (_, first) => {
    const { discovery, issuer, targets } = await aServer((url) => ({
      [oauth2]: first,
      [openid]: document(url),
    }));
    expect((await discovery.find(issuer)).is).toBe('found');
    expect(targets()).toEqual([oauth2, openid]);
  });

  test('that has both documents shows the one that is looked for first, each kept by itself', async () => {
    const { discovery, issuer, targets } = await aServer((url) => ({
      [oauth2]: document(url),
      [openid]: document(url, { userinfo_endpoint: `${url}/me` }),
    }));
    expect(await discovery.find(issuer, 'oidc')).toMatchObject({
      metadata: { userinfo_endpoint: `${issuer}/me` },
    });
    const other = await discovery.find(issuer);
    expect('metadata' in other && other.metadata.userinfo_endpoint).toBeUndefined();
    for (const first of ['oauth2', 'oidc'] as const) await discovery.find(issuer, first);
    expect(targets()).toEqual([openid, oauth2]);
    discovery.doubt(issuer);
    for (const first of ['oauth2', 'oidc'] as const) await discovery.find(issuer, first);
    expect(targets()).toEqual([openid, oauth2, oauth2, openid]);
  });

  test('is looked up by RFC 8414 where a person signs in and there is no OpenID document', async () => {
    const { discovery, issuer, targets } = await aServer((url) => ({ [oauth2]: document(url) }));
    expect((await discovery.find(issuer, 'oidc')).is).toBe('found');
    expect(targets()).toEqual([openid, oauth2]);
  });

  test('keeps nothing but what is used', async () => {
    const { discovery, issuer } = await aServer((url) => ({
      [oauth2]: document(url, {
        userinfo_endpoint: `${url}/me`,
        jwks_uri: `${url}/keys`,
        authorization_response_iss_parameter_supported: true,
        huge: 'x'.repeat(100_000),
      }),
    }));
    const found = await discovery.find(issuer);
    expect(Object.keys('metadata' in found ? found.metadata : {})).toEqual([
      'issuer',
      'token_endpoint',
      'authorization_response_iss_parameter_supported',
      'userinfo_endpoint',
    ]);
  });

  test('leaves out where nobody could be asked without others reading along', async () => {
    const { discovery, issuer } = await aServer((url) => ({
      [oauth2]: document(url, { userinfo_endpoint: 'http://idp.example/me' }),
    }));
    const found = await discovery.find(issuer);
    expect(Object.keys('metadata' in found ? found.metadata : {})).toEqual(['issuer', 'token_endpoint']);
  });
});

describe('a document is refused', () => {
  const reasonFor = async (answer: (issuer: string) => Answer): Promise<string> => {
    const { discovery, issuer } = await aServer((url) => ({ [oauth2]: answer(url) }));
    const found = await discovery.find(issuer);
    expect(found.is).toBe('unsound');
    return 'reason' in found ? found.reason.replaceAll(issuer, 'ISSUER') : '';
  };

  test('when it is of another issuer, also one that differs in a slash only', async () => {
    expect(await reasonFor(() => document('https://evil.example'))).toBe(
      'calls itself "https://evil.example", not "ISSUER"',
    );
    expect(await reasonFor((url) => document(`${url}/`))).toBe('calls itself "ISSUER/", not "ISSUER"');
    expect(await reasonFor(() => json(200, { issuer: 1 }))).toBe('calls itself nobody, not "ISSUER"');
  });

  test('when secrets would travel unencrypted, or it names something that is no endpoint', async () => {
    for (const url of ['http://evil.example/token', 'ftp://x/', 'javascript:alert(1)', 7, 'https://a:b@c/'])
      expect(await reasonFor((issuer) => document(issuer, { token_endpoint: url })), String(url)).toBe(
        'names a token_endpoint that is not https',
      );
  });

  test('when there is none at all', async () => {
    expect(await reasonFor(() => json(403, {}))).toBe('has no discovery document (status 403)');
  });
});

test('a document is used for an hour, and those who ask at once share one request', async () => {
  const { discovery, issuer, clock, targets } = await aServer((url) => ({ [oauth2]: document(url) }));
  await Promise.all([discovery.find(issuer), discovery.find(issuer)]);
  await clock.turn(60 * 60_000 - 1);
  await discovery.find(issuer);
  expect(targets()).toHaveLength(1);
  await clock.turn(1);
  await discovery.find(issuer);
  expect(targets()).toHaveLength(2);
});

test('a server that fails is unreachable, and is asked again the next time', async () => {
  let status = 503;
  const { discovery, issuer } = await aServer((url) => ({
    [oauth2]: () => (status === 200 ? document(url) : json(status, {})),
  }));
  expect(await discovery.find(issuer)).toEqual({ is: 'unreachable', reason: 'answered with status 503' });
  status = 200;
  expect((await discovery.find(issuer)).is).toBe('found');
});

test('a document that cannot be renewed goes on being used, one that became unsound does not', async () => {
  let answer: ((url: string) => Answer) | undefined;
  const { discovery, issuer } = await aServer((url) => ({
    [oauth2]: () => (answer ?? document)(url),
  }));
  await discovery.find(issuer);
  answer = () => json(500, {});
  discovery.doubt(issuer);
  expect((await discovery.find(issuer)).is).toBe('found');
  answer = () => document('https://evil.example');
  expect((await discovery.find(issuer)).is).toBe('unsound');
});

test('nobody there is unreachable', async () => {
  const { discovery, issuer, upstream } = await aServer(() => ({}));
  await upstream.close();
  expect(await discovery.find(issuer)).toMatchObject({ is: 'unreachable' });
});
