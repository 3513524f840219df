import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { wallClock, type Clock } from '../../src/base/clock.ts';
import { HandClock } from '../help/a-clock.ts';
import { Browser } from '../help/a-browser.ts';
import { anOidcProvider, oidcSecret, type OidcProvider } from '../help/an-oidc-provider.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSignInRoom, codeOf, failureOf, type SignInRoom } from './a-sign-in.ts';

const rooms = new Rooms();
let provider: OidcProvider;

beforeEach(async () => {
  provider = await rooms.add(anOidcProvider());
});

afterEach(() => rooms.close());

const scopes = 'scopes = ["openid", "email"]';

function roomFor(
  settings = `client_id = "native"\n${scopes}`,
  env = {},
  clock: Clock = wallClock,
): Promise<SignInRoom> {
  const toml = `[providers.p]\nissuer = "${provider.issuer}"\n${settings}`;
  return rooms.add(Promise.resolve(aSignInRoom(toml, { env, clock })));
}

/** Signs in by a browser on this machine. */
async function signedIn(room: SignInRoom) {
  const flow = await room.begin('loopback');
  const page = await new Browser().visit(addressOf(flow));
  return { flow: await room.oauth.ended(flow.id), page };
}

describe('a certified OpenID provider', () => {
  test('lets a browser on this machine in, and the tokens are handed on', async () => {
    const room = await roomFor();
    const { flow, page } = await signedIn(room);
    expect(await page.text()).toContain('<h1>Signed in</h1>');
    expect(flow.state).toEqual({ is: 'done', label: 'ann@example.com' });
    const [tokens] = room.kept;
    expect(room.kept).toHaveLength(1);
    expect(tokens?.refresh).toBeDefined();
    expect(tokens?.scope).toBe('openid email');
    expect(Math.abs((tokens?.expiresAt ?? 0) - Date.now() - 600_000)).toBeLessThan(60_000);
  });

  test('lets in who pastes the address the browser was sent to', async () => {
    const room = await roomFor();
    const flow = await room.begin('paste');
    const end = await new Browser().until(addressOf(flow), provider.issuer);
    expect(end).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback\?code=/);
    expect((await room.oauth.paste(flow.id, ` ${end}\n`)).state).toEqual({
      is: 'done',
      label: 'ann@example.com',
    });
    expect(room.kept).toHaveLength(1);
  });

  test.each(['code', 'code#state'])('lets in who pastes a %s that a page showed', async (form) => {
    const room = await roomFor(
      `client_id = "native"\n${scopes}\npaste_redirect_uri = "https://client.example/code"`,
    );
    const flow = await room.begin('paste');
    const end = new URL(await new Browser().until(addressOf(flow), provider.issuer));
    expect(end.origin).toBe('https://client.example');
    const [code, state] = [end.searchParams.get('code') ?? '', end.searchParams.get('state') ?? ''];
    const { state: how } = await room.oauth.paste(flow.id, form === 'code' ? code : `${code}#${state}`);
    expect(how).toEqual({ is: 'done', label: 'ann@example.com' });
  });

  test('lets in who enters a code on another device', async () => {
    // So many seconds later by our clock that it may ask; the provider has its own.
    const clock = new HandClock(Date.now());
    const room = await roomFor(undefined, {}, clock);
    const flow = await room.begin('device');
    const { code, completeUrl } = codeOf(flow);
    expect(code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    const browser = new Browser();
    const confirm = await browser.submit(await browser.visit(completeUrl ?? ''));
    const done = await browser.submit(confirm, { user_code: code, confirm: 'yes' });
    expect(await done.text()).toContain('signed in on this device');
    await clock.turn(5_000);
    expect((await room.oauth.ended(flow.id)).state).toEqual({ is: 'done', label: 'ann@example.com' });
    expect(room.kept[0]?.refresh).toBeDefined();
  });

  test('knows us by a secret that stands in no settings file', async () => {
    const settings = `client_id = "secretive"\nclient_secret_env = "IDP_SECRET"\n${scopes}`;
    const room = await roomFor(settings, { IDP_SECRET: oidcSecret });
    expect((await signedIn(room)).flow.state.is).toBe('done');
    const wrong = await roomFor(settings, { IDP_SECRET: 'another one' });
    expect(failureOf((await signedIn(wrong)).flow)).toBe(
      'refused: The provider refused: invalid_client: client authentication failed.',
    );
  });

  test('tells of a person who says no, in words that are shown as text', async () => {
    provider.answer = 'no';
    const { flow, page } = await signedIn(await roomFor());
    expect(failureOf(flow)).toBe('denied: The provider says no: access_denied: ann said <b>no</b>.');
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('ann said &lt;b&gt;no&lt;/b&gt;');
  });

  test('renews tokens, and the refresh token with them', async () => {
    const room = await roomFor();
    await signedIn(room);
    const first = room.kept[0]?.refresh;
    if (first === undefined) throw new Error('no refresh token');
    const renewed = await room.oauth.refresh('p', first);
    if (renewed.is !== 'renewed') throw new Error(JSON.stringify(renewed));
    expect(renewed.tokens.refresh?.reveal()).not.toBe(first.reveal());
    expect(renewed.tokens.access.reveal()).not.toBe(room.kept[0]?.access.reveal());
  });

  test('refuses a refresh token that was used before, and then the one that replaced it', async () => {
    const room = await roomFor();
    await signedIn(room);
    const first = room.kept[0]?.refresh;
    if (first === undefined) throw new Error('no refresh token');
    const renewed = await room.oauth.refresh('p', first);
    if (renewed.is !== 'renewed' || renewed.tokens.refresh === undefined) throw new Error('not renewed');
    const reason = 'Provider "p" refused: invalid_grant: grant request is invalid';
    expect(await room.oauth.refresh('p', first)).toEqual({ is: 'refused', code: 'invalid_grant', reason });
    expect(await room.oauth.refresh('p', renewed.tokens.refresh)).toMatchObject({ is: 'refused' });
  });

  test('takes tokens back', async () => {
    const room = await roomFor();
    await signedIn(room);
    const [tokens] = room.kept;
    if (tokens?.refresh === undefined) throw new Error('no refresh token');
    expect(await room.oauth.revoke('p', tokens)).toEqual({ is: 'revoked' });
    expect(await room.oauth.refresh('p', tokens.refresh)).toMatchObject({ code: 'invalid_grant' });
    expect(provider.requests.filter((one) => one === 'POST /token/revocation')).toHaveLength(2);
  });

  test('refuses a code that is used again', async () => {
    const room = await roomFor();
    const flow = await room.begin('paste');
    const end = await new Browser().until(addressOf(flow), provider.issuer);
    await room.oauth.paste(flow.id, end);
    const code = new URL(end).searchParams.get('code') ?? '';
    const again = await room.begin('paste');
    expect(failureOf(await room.oauth.paste(again.id, code))).toContain(
      'refused: The provider refused: invalid_grant',
    );
  });

  test('is asked once where it is, and offers every way', async () => {
    const room = await roomFor();
    expect(await room.oauth.ways('p')).toEqual(['loopback', 'paste', 'device']);
    await room.begin('paste');
    expect(provider.requests).toEqual(['GET /.well-known/oauth-authorization-server']);
  });
});
