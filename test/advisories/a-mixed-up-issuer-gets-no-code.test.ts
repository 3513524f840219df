import { afterEach, expect, test } from 'bun:test';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSimulatedRoom, failureOf } from '../oauth/a-sign-in.ts';

// The mix-up attack (RFC 9207 §1). Somebody signs in at a provider that turns out to be evil. It sends the
// browser on to an honest one, where the person is known. The honest provider gives a code, and a client that
// believes any code would carry it to the token endpoint of the evil one.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a code of another issuer is carried nowhere', async () => {
  const { begin, oauth, provider: evil, kept } = await aSimulatedRoom(rooms);
  const { provider: honest } = await aSimulatedRoom(rooms);
  const flow = await begin('loopback');

  const led = addressOf(flow).replace(evil.url, honest.url);
  const back = (await fetch(led, { redirect: 'manual' })).headers.get('location') ?? '';
  expect(new URL(back).searchParams.get('iss')).toBe(honest.url);
  expect((await fetch(back)).status).toBe(400);

  expect(failureOf(await oauth.ended(flow.id))).toStartWith('unsound: ');
  expect(evil.simulator.calls.map(({ path }) => path)).not.toContain('/oauth/token');
  expect(kept).toEqual([]);
});

test('nor is one that does not say whose it is, where the provider always says it', async () => {
  const { begin, oauth, provider } = await aSimulatedRoom(rooms);
  const flow = await begin('loopback');
  const back = new URL((await fetch(addressOf(flow), { redirect: 'manual' })).headers.get('location') ?? '');
  back.searchParams.delete('iss');
  expect((await fetch(back)).status).toBe(400);
  expect(failureOf(await oauth.ended(flow.id))).toStartWith('unsound: ');
  expect(provider.simulator.calls.map(({ path }) => path)).not.toContain('/oauth/token');
});

test('a discovery document of somebody else is not used', async () => {
  const { begin, provider } = await aSimulatedRoom(rooms);
  provider.simulator.fault({ path: '*', scenario: 'lie-iss' });
  await expect(begin('loopback')).rejects.toThrow('calls itself "https://somebody-else.example"');
});
