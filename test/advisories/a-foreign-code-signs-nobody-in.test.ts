import { afterEach, expect, test } from 'bun:test';
import { Browser } from '../help/a-browser.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSignInRoom, aSimulatedRoom, failureOf } from '../oauth/a-sign-in.ts';

// Code injection (RFC 9700 §4.5). An attacker has a code: of their own account, so that somebody else works with
// it, or stolen from somebody, to get at that account. Both try to have it redeemed in another sign-in than the
// one it was given out for. What is pasted may carry no state, so the verifier has to tell the two apart.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a code of another sign-in is refused by a certified provider, whichever way it is handed in', async () => {
  const provider = await rooms.add(anOidcProvider());
  const toml = `[providers.p]\nissuer = "${provider.issuer}"\nclient_id = "native"\nscopes = ["openid"]`;
  const victim = await rooms.add(Promise.resolve(aSignInRoom(toml)));
  const attacker = await rooms.add(Promise.resolve(aSignInRoom(toml)));
  const end = new URL(await new Browser().until(addressOf(await attacker.begin('paste')), provider.issuer));
  const code = end.searchParams.get('code') ?? '';

  const pasted = await victim.begin('paste');
  expect(failureOf(await victim.oauth.paste(pasted.id, code))).toContain('invalid_grant');

  const visited = await victim.begin('loopback');
  const asked = new URL(addressOf(visited)).searchParams;
  const forged = new URL(asked.get('redirect_uri') ?? '');
  // Even with the state in hand.
  forged.search = new URLSearchParams({
    code,
    state: asked.get('state') ?? '',
    iss: provider.issuer,
  }).toString();
  expect((await fetch(forged)).status).toBe(400);
  expect(failureOf(await victim.oauth.ended(visited.id))).toContain('invalid_grant');
  expect(victim.kept).toEqual([]);
});

test('a code with the state of another sign-in is not even tried', async () => {
  const { begin, oauth, provider } = await aSimulatedRoom(rooms);
  const [one, other] = [await begin('paste'), await begin('paste')];
  const end = await new Browser().until(addressOf(one), provider.url);
  await expect(oauth.paste(other.id, end)).rejects.toThrow('belongs to another sign-in');
  const { code, state } = Object.fromEntries(new URL(end).searchParams);
  await expect(oauth.paste(other.id, `${code}#${state}`)).rejects.toThrow('belongs to another sign-in');
  expect(provider.simulator.calls.map(({ path }) => path)).not.toContain('/oauth/token');
});
