import { afterEach, expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { Rooms } from '../help/a-proxy.ts';
import { anUpstream, json } from '../help/an-upstream.ts';
import { aSignInRoom, aSimulatedRoom } from '../oauth/a-sign-in.ts';

// A refresh token or a client secret goes where the provider's document says. Whoever can change that document,
// or put a redirect in front of the token endpoint, could lead it to a server of their own, out of TLS, or to a
// service inside the network of the proxy.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a redirect of the token endpoint is not followed', async () => {
  const elsewhere = await rooms.add(anUpstream(() => json(200, { access_token: 'a', token_type: 'bearer' })));
  const token = await rooms.add(
    anUpstream(() => ({ status: 307, headers: ['location', elsewhere.url], body: undefined })),
  );
  const toml = `[providers.p]\ntoken_endpoint = "${token.url}/token"\nclient_id = "c"`;
  const { oauth } = await rooms.add(Promise.resolve(aSignInRoom(toml)));
  expect(await oauth.refresh('p', new Secret('r'))).toMatchObject({ is: 'failed', mayBeSpent: false });
  expect(token.calls).toHaveLength(1);
  expect(elsewhere.calls).toEqual([]);
});

test('an endpoint that is plain http outside this machine makes the whole document worthless', async () => {
  const { oauth, provider } = await aSimulatedRoom(rooms);
  provider.simulator.fault({ path: '*', scenario: 'lie-endpoint' });
  expect(await oauth.refresh('p', new Secret('r'))).toMatchObject({
    is: 'failed',
    reason: `Provider "p": ${provider.url} names a token_endpoint that is not https.`,
    mayBeSpent: false,
  });
});
