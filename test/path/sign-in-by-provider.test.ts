import { afterEach, describe, expect, it } from 'bun:test';
import { Browser } from '../help/a-browser.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { anOidcProvider, type OidcProvider } from '../help/an-oidc-provider.ts';
import { changesIn } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function opened(people: string): Promise<{ proxy: Proxy; provider: OidcProvider }> {
  const provider = await rooms.add(anOidcProvider());
  const config = [
    '[admin]',
    'sign_in = "always"',
    'providers = ["company"]',
    people,
    '[providers.company]',
    `issuer = "${provider.issuer}"`,
    'client_id = "page"',
    'scopes = ["offline_access"]',
    '',
  ].join('\n');
  return { proxy: await rooms.add(aProxy({ config })), provider };
}

/** Goes to the provider and comes back to the address it names; the answer that came with it. */
async function there(proxy: Proxy, provider: OidcProvider, visitor: Visitor, to = '/usage'): Promise<string> {
  const sent = await visitor.send('/sign-in', '/sign-in/provider', { provider: 'company', to });
  const back = await new Browser().until(sent.headers.get('hx-redirect') ?? '', provider.issuer);
  expect(back).toStartWith(`${proxy.url}/sign-in/callback?`);
  // The page there changes nothing; it sends on what it was opened with.
  expect((await visitor.get(new URL(back).pathname + new URL(back).search)).headers.getSetCookie()).toEqual(
    [],
  );
  return new URL(back).search.slice(1);
}

async function through(proxy: Proxy, provider: OidcProvider, visitor: Visitor): Promise<Response> {
  const answer = await there(proxy, provider, visitor);
  return visitor.send('/sign-in', '/sign-in/finish', { answer });
}

describe('a sign-in by a provider', () => {
  it('lets in whom the settings name by a verified address, and goes to the page that was wanted', async () => {
    const { proxy, provider } = await opened('admins = ["Ann@example.com"]');
    const ann = new Visitor(proxy.url);
    const answer = await through(proxy, provider, ann);
    expect(answer.headers.get('hx-redirect')).toBe('/usage');
    const page = await (await ann.get('/accounts')).text();
    expect(page).toContain('data-role="admin"');
    expect(page).toContain('ann@example.com');
    expect(await changesIn(proxy)).toEqual(['ann@example.com signed-in']);
  });

  it('asks the provider for no token that could be used', async () => {
    const { proxy } = await opened('admins = ["ann"]');
    const visitor = new Visitor(proxy.url);
    const sent = await visitor.send('/sign-in', '/sign-in/provider', { provider: 'company', to: '/' });
    const asked = new URL(sent.headers.get('hx-redirect') ?? '').searchParams;
    expect(asked.get('scope')).toBe('openid email profile');
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('nonce')).not.toBe('');
  });

  it('gives the role that the settings say: by subject, by domain, and from now on where they change', async () => {
    const { proxy, provider } = await opened('viewers = ["*@example.com"]');
    const visitor = new Visitor(proxy.url);
    await through(proxy, provider, visitor);
    expect(await (await visitor.get('/accounts')).text()).toContain('data-role="viewer"');
    const { config } = proxy.places;
    const text = await Bun.file(config).text();
    await Bun.write(config, text.replace('viewers = ["*@example.com"]', 'admins = ["ann"]'));
    await proxy.server.reload();
    expect(await (await visitor.get('/accounts')).text()).toContain('data-role="admin"');
    await Bun.write(config, text.replace('viewers = ["*@example.com"]', ''));
    await proxy.server.reload();
    expect((await visitor.get('/accounts')).status).toBe(303);
  });

  it('lets nobody in by an address that the provider has not verified', async () => {
    const { proxy, provider } = await opened('admins = ["mallory@example.com", "*@example.com"]');
    provider.person = 'mallory';
    const visitor = new Visitor(proxy.url);
    const answer = await through(proxy, provider, visitor);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('mallory, who has no role here');
    expect((await visitor.get('/accounts')).status).toBe(303);
    expect(await changesIn(proxy)).toEqual(['company:mallory sign-in.refused']);
  });

  it('says who said no where it does not sign in, and none of the words of the provider', async () => {
    const { proxy, provider } = await opened('admins = ["ann"]');
    provider.answer = 'no';
    const visitor = new Visitor(proxy.url);
    const answer = await through(proxy, provider, visitor);
    expect(answer.status).toBe(401);
    const said = await answer.text();
    expect(said).toContain('You, or it, said no.');
    expect(said).not.toContain('ann said');
    expect(proxy.lines).toContainEqual(
      expect.objectContaining({
        event: 'a provider signed nobody in',
        reason: expect.stringContaining('ann said'),
      }),
    );
  });

  it('ends only in the browser in which it was begun, and once', async () => {
    const { proxy, provider } = await opened('admins = ["ann"]');
    const ann = new Visitor(proxy.url);
    const answer = await there(proxy, provider, ann);
    const other = new Visitor(proxy.url);
    expect((await other.send('/sign-in', '/sign-in/finish', { answer })).status).toBe(401);
    expect(other.cookies.size).toBe(0);
    expect((await ann.send('/sign-in', '/sign-in/finish', { answer })).status).toBe(200);
    expect((await ann.send('/sign-in', '/sign-in/finish', { answer })).status).toBe(401);
  });

  it('is by a provider that the settings name for it, and no other', async () => {
    const { proxy } = await opened('admins = ["ann"]');
    const visitor = new Visitor(proxy.url);
    const answer = await visitor.send('/sign-in', '/sign-in/provider', { provider: 'other', to: '/' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('hx-redirect')).toBeNull();
  });
});
