import { afterEach, describe, expect, it } from 'bun:test';
import type { Identities } from '../../src/oauth/identity.ts';
import { Browser } from '../help/a-browser.ts';
import type { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { anOidcProvider, type OidcProvider, type OidcProviderOptions } from '../help/an-oidc-provider.ts';
import { aSignInRoom } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const redirectUri = 'http://127.0.0.1:5000/sign-in/callback';

async function asking(
  settings = 'client_id = "page"',
  options?: OidcProviderOptions,
): Promise<{ who: Identities; provider: OidcProvider; log: MemoryLog }> {
  const provider = await rooms.add(anOidcProvider(options));
  const toml = `[providers.p]\nissuer = "${provider.issuer}"\n${settings}`;
  const room = await rooms.add(Promise.resolve(aSignInRoom(toml)));
  return { who: await room.oauth.identities(), provider, log: room.log };
}

/** Goes there with a browser; what came back. */
async function answerFrom(provider: OidcProvider, url: string): Promise<URLSearchParams> {
  return new URL(await new Browser().until(url, provider.issuer)).searchParams;
}

describe('who somebody is', () => {
  it('is asked for with a nonce and a challenge, for nothing that the accounts want', async () => {
    const { who } = await asking(
      'client_id = "page"\nscopes = ["offline_access"]\naudience = "https://api.example"\nresource = ["https://api.example"]',
    );
    const { url, asked } = await who.ask('p', redirectUri);
    const query = new URL(url).searchParams;
    expect(query.get('scope')).toBe('openid email profile');
    expect(query.get('nonce')).toBe(asked.request.nonce ?? '');
    expect(query.get('redirect_uri')).toBe(redirectUri);
    expect([query.get('audience'), query.get('resource')]).toEqual([null, null]);
  });

  it('is what the provider signs: subject, address where it is verified, a name', async () => {
    const { who, provider } = await asking();
    for (const [person, email] of [
      ['ann', 'ann@example.com'],
      ['mallory', undefined],
    ] as const) {
      provider.person = person;
      const { url, asked } = await who.ask('p', redirectUri);
      const identified = await who.identify(asked, await answerFrom(provider, url));
      expect(identified).toEqual({
        is: 'known',
        identity: { provider: 'p', subject: person, email, name: email ?? `p:${person}` },
      });
    }
  });

  it('is asked for where the ID token does not tell the address, once, and believed only where it is verified', async () => {
    const { who, provider } = await asking(undefined, { byTheBook: true });
    for (const [person, email] of [
      ['ann', 'ann@example.com'],
      ['mallory', undefined],
    ] as const) {
      provider.person = person;
      const { url, asked } = await who.ask('p', redirectUri);
      expect(await who.identify(asked, await answerFrom(provider, url))).toEqual({
        is: 'known',
        identity: { provider: 'p', subject: person, email, name: email ?? `p:${person}` },
      });
    }
    expect(provider.requests.filter((request) => request === 'GET /me')).toHaveLength(2);
  });

  it('is told by the OpenID document where there are two: who may be asked, and how ID tokens are signed', async () => {
    const { who, provider } = await asking(undefined, { byTheBook: true, hasBothDocuments: true });
    const { url, asked } = await who.ask('p', redirectUri);
    expect(await who.identify(asked, await answerFrom(provider, url))).toMatchObject({
      is: 'known',
      identity: { email: 'ann@example.com' },
    });
    expect(provider.requests.filter((request) => request.startsWith('GET /.well-known/'))).toEqual([
      'GET /.well-known/openid-configuration',
    ]);
  });

  it('is not asked for where the ID token tells it', async () => {
    const { who, provider } = await asking();
    const { url, asked } = await who.ask('p', redirectUri);
    await who.identify(asked, await answerFrom(provider, url));
    expect(provider.requests.filter((request) => request === 'GET /me')).toEqual([]);
  });

  it('is known by the subject alone where UserInfo does not answer, and the log says so', async () => {
    const { who, provider, log } = await asking(undefined, { byTheBook: true });
    provider.away.add('/me');
    const { url, asked } = await who.ask('p', redirectUri);
    expect(await who.identify(asked, await answerFrom(provider, url))).toEqual({
      is: 'known',
      identity: { provider: 'p', subject: 'ann', email: undefined, name: 'p:ann' },
    });
    expect(log.lines).toMatchObject([
      { level: 'warn', event: 'UserInfo of a provider was not to be had', facts: { provider: 'p' } },
    ]);
  });

  it('that calls themselves by the address of somebody else is still told apart', async () => {
    const { who, provider } = await asking();
    provider.person = 'mallory';
    provider.calls = 'ann@example.com';
    const { url, asked } = await who.ask('p', redirectUri);
    expect(await who.identify(asked, await answerFrom(provider, url))).toMatchObject({
      identity: { email: undefined, name: 'ann@example.com (p:mallory)' },
    });
  });

  it('cannot be told while the provider is away, which is no refusal', async () => {
    const { who, provider } = await asking();
    const { url, asked } = await who.ask('p', redirectUri);
    const answer = await answerFrom(provider, url);
    provider.away.add('/token');
    expect(await who.identify(asked, answer)).toEqual({
      is: 'unreachable',
      reason: 'answered with status 503',
    });
  });

  it('is nobody for an answer of another sign-in, one that was used, or a refusal', async () => {
    const { who, provider } = await asking();
    const [one, two] = [await who.ask('p', redirectUri), await who.ask('p', redirectUri)];
    const answer = await answerFrom(provider, one.url);
    expect(await who.identify(two.asked, answer)).toEqual({ is: 'foreign' });
    expect(await who.identify(one.asked, answer)).toMatchObject({ is: 'known' });
    expect(await who.identify(one.asked, answer)).toMatchObject({ is: 'refused' });
    provider.answer = 'no';
    const refused = await who.ask('p', redirectUri);
    expect(await who.identify(refused.asked, await answerFrom(provider, refused.url))).toMatchObject({
      is: 'denied',
    });
  });

  it('is nobody where the ID token is for another sign-in', async () => {
    const { who, provider } = await asking();
    const { url, asked } = await who.ask('p', redirectUri);
    const answer = await answerFrom(provider, url);
    const other = { ...asked, request: { ...asked.request, nonce: 'another' } };
    expect(await who.identify(other, answer)).toMatchObject({ is: 'unsound' });
  });

  it('cannot be asked where the settings do not say who we are', async () => {
    const { who } = await asking('');
    expect((await problemOf(who.ask('p', redirectUri))).code).toBe('provider-incomplete');
    expect((await problemOf(who.ask('q', redirectUri))).code).toBe('provider-unknown');
  });
});
