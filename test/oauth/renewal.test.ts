import { afterEach, describe, expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import type { Refreshed } from '../../src/oauth/outcome.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSignInRoom, aSimulatedRoom, turning } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** Somebody who is signed in at a simulator. */
async function signedIn(oauth: OAuthOptions = {}) {
  const room = await aSimulatedRoom(rooms, { oauth });
  await fetch(addressOf(await room.begin('loopback')));
  const [tokens] = room.kept;
  if (tokens?.refresh === undefined) throw new Error('not signed in');
  const { simulator } = room.provider;
  const fault = (scenario: string | string[]) => simulator.fault({ path: '/oauth/token', scenario });
  const refresh = (token: Secret, signal?: AbortSignal) => room.oauth.refresh('p', token, signal);
  return { ...room, simulator, fault, refresh, tokens, refreshToken: tokens.refresh };
}

function renewed(outcome: Refreshed): TokenSet {
  if (outcome.is !== 'renewed') throw new Error(JSON.stringify(outcome));
  return outcome.tokens;
}

describe('tokens are renewed', () => {
  test('with a new refresh token where one comes', async () => {
    const { refresh, refreshToken, clock } = await signedIn({ accessSeconds: 600 });
    const tokens = renewed(await refresh(refreshToken));
    expect(tokens.refresh?.reveal()).not.toBe(refreshToken.reveal());
    expect(tokens.expiresAt).toBe(clock.now() + 600_000);
  });

  test('with the old one where none comes (RFC 6749 §6)', async () => {
    const { refresh, refreshToken } = await signedIn({ refresh: 'keep' });
    const tokens = renewed(await refresh(refreshToken));
    expect(tokens.refresh).toBe(refreshToken);
    expect(renewed(await refresh(refreshToken)).access.reveal()).not.toBe(tokens.access.reveal());
  });

  test('also where the answer is odd, as long as it holds tokens', async () => {
    const { refresh, refreshToken, fault } = await signedIn();
    fault('lie-lifetime--5');
    const tokens = renewed(await refresh(refreshToken));
    expect(tokens.expiresAt).toBeUndefined();
    expect(renewed(await refresh(tokens.refresh ?? refreshToken)).refresh).toBeDefined();
  });

  test('over and over, each time with the newest, without an alarm', async () => {
    const { refresh, refreshToken, simulator } = await signedIn();
    let token = refreshToken;
    for (let turn = 0; turn < 50; turn += 1) token = renewed(await refresh(token)).refresh ?? token;
    expect(simulator.signIns.book.alarms).toBe(0);
    expect(simulator.signIns.book.families[0]?.renewals).toBe(50);
  });
});

describe('a refusal is final', () => {
  test('for a token that was used before, and then for all that came of it', async () => {
    const { refresh, refreshToken, simulator } = await signedIn();
    const next = renewed(await refresh(refreshToken)).refresh ?? refreshToken;
    const refused = {
      is: 'refused',
      code: 'invalid_grant',
      reason: 'Provider "p" refused: invalid_grant: The refresh token is not good any more.',
    } as const;
    expect(await refresh(refreshToken)).toEqual(refused);
    expect(await refresh(next)).toEqual(refused);
    expect(simulator.signIns.book.alarms).toBe(1);
  });

  test('but a provider with a grace time takes a token again whose answer was lost', async () => {
    const { refresh, refreshToken, fault, simulator, clock } = await signedIn({ graceSeconds: 30 });
    fault(['cut-head']);
    expect(await turning(refresh(refreshToken), clock)).toMatchObject({ is: 'failed', mayBeSpent: true });
    expect(renewed(await refresh(refreshToken)).refresh).toBeDefined();
    expect(simulator.signIns.book.alarms).toBe(0);
  });

  test('in the words of the provider, without the token', async () => {
    const { refresh, refreshToken, fault } = await signedIn();
    fault(`oauth-error-invalid_grant;message=<b>no</b> ${refreshToken.reveal()}`);
    expect(await refresh(refreshToken)).toEqual({
      is: 'refused',
      code: 'invalid_grant',
      reason: 'Provider "p" refused: invalid_grant: <b>no</b> [secret]',
    });
  });

  test('and one about the client is told from one about the token', async () => {
    const { refresh, refreshToken, fault } = await signedIn();
    fault('oauth-error-invalid_client');
    expect(await refresh(refreshToken)).toMatchObject({ is: 'refused', code: 'invalid_client' });
  });
});

describe('what may pass is told apart', () => {
  test('nothing was sent where nobody listens: the token is as good as before', async () => {
    const { refresh, refreshToken, provider } = await signedIn();
    await provider.close();
    expect(await refresh(refreshToken)).toMatchObject({ is: 'unreachable', retryAt: undefined });
  });

  test.each([
    ['error-503;retry-after=7', true, 7_000],
    ['error-429;retry-after=20', false, 20_000],
    ['html', true, undefined],
    ['redirect', false, undefined],
    ['reset', true, undefined],
    ['huge-2000000', true, undefined],
    ['lie-type', true, undefined],
    ['oauth-error-temporarily_unavailable', true, undefined],
  ])('%s: the token may be spent: %p', async (scenario, mayBeSpent, waitMs) => {
    const { refresh, refreshToken, fault, clock } = await signedIn();
    fault(scenario);
    expect(await refresh(refreshToken)).toMatchObject({
      is: 'failed',
      mayBeSpent,
      retryAt: waitMs === undefined ? undefined : clock.now() + waitMs,
    });
  });

  test('silence ends by our clock', async () => {
    const { refresh, refreshToken, fault, simulator, clock } = await signedIn();
    fault('silent');
    const called = simulator.until(
      ({ calls }) => calls.filter(({ path }) => path === '/oauth/token').length === 2,
    );
    const asked = refresh(refreshToken);
    await called;
    await clock.turn(30_000);
    expect(await asked).toEqual({
      is: 'failed',
      reason: 'Provider "p" gave no answer within 30 seconds',
      mayBeSpent: true,
      retryAt: undefined,
    });
  });

  test('whoever asks can give up', async () => {
    const { refresh, refreshToken } = await signedIn();
    expect(await refresh(refreshToken, AbortSignal.abort())).toMatchObject({ is: 'unreachable' });
  });

  test('a provider that is not in the settings any more says nothing of the token', async () => {
    const { settings, refresh, refreshToken } = await signedIn();
    settings('');
    expect(await refresh(refreshToken)).toMatchObject({ is: 'failed', mayBeSpent: false });
  });

  test('a provider that cannot be looked up has not been asked', async () => {
    const toml = '[providers.p]\nissuer = "http://127.0.0.1:1"\nclient_id = "c"';
    const { oauth } = await rooms.add(Promise.resolve(aSignInRoom(toml)));
    expect(await oauth.refresh('p', new Secret('x'))).toMatchObject({ is: 'unreachable' });
  });
});

test('endpoints that lead nowhere are looked up again', async () => {
  const { refresh, refreshToken, fault, simulator } = await signedIn();
  const lookUps = (): number => simulator.calls.filter(({ path }) => path.startsWith('/.well-known')).length;
  fault(['error-404']);
  await refresh(refreshToken);
  expect(lookUps()).toBe(1);
  renewed(await refresh(refreshToken));
  expect(lookUps()).toBe(2);
});

describe('giving tokens back', () => {
  test('ends the sign-in, the refresh token first', async () => {
    const { oauth, tokens, refresh, refreshToken, simulator } = await signedIn();
    expect(await oauth.revoke('p', tokens)).toEqual({ is: 'revoked' });
    expect(simulator.signIns.book.families[0]?.isRevoked).toBe(true);
    expect(await refresh(refreshToken)).toMatchObject({ code: 'invalid_grant' });
  });

  test('is not offered everywhere', async () => {
    const toml = '[providers.p]\ntoken_endpoint = "https://idp.invalid/token"\nclient_id = "c"';
    const { oauth } = await rooms.add(Promise.resolve(aSignInRoom(toml)));
    expect(await oauth.revoke('p', { access: new Secret('a') })).toEqual({ is: 'not-offered' });
  });

  test('of one sort only is enough where the provider takes no other', async () => {
    const { oauth, tokens, simulator } = await signedIn();
    simulator.fault({ path: '/oauth/revoke', scenario: ['ok', 'oauth-error-unsupported_token_type'] });
    expect(await oauth.revoke('p', tokens)).toEqual({ is: 'revoked' });
  });

  test('can fail, and never throws', async () => {
    const { oauth, tokens, simulator, provider, settings } = await signedIn();
    simulator.fault({ path: '/oauth/revoke', scenario: 'error-503' });
    expect(await oauth.revoke('p', tokens)).toEqual({
      is: 'failed',
      reason: 'Provider "p" answered with status 503; answered with status 503',
    });
    await provider.close();
    expect(await oauth.revoke('p', { refresh: tokens.refresh })).toMatchObject({ is: 'failed' });
    settings('');
    expect(await oauth.revoke('p', tokens)).toMatchObject({ is: 'failed' });
  });
});
