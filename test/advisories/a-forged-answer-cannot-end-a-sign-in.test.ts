import { afterEach, expect, test } from 'bun:test';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSimulatedRoom } from '../oauth/a-sign-in.ts';

// Login CSRF (RFC 6749 §10.12). While somebody signs in, any web page can send the browser to the listener on
// this machine: with a code of the attacker, so that the proxy works with an account the attacker can read, or
// with an error, so that the sign-in comes to nothing.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('without the state of the sign-in nothing is redeemed, nothing ends, and the person can go on', async () => {
  const { begin, oauth, provider, kept } = await aSimulatedRoom(rooms);
  const flow = await begin('loopback');
  const asked = new URL(addressOf(flow)).searchParams;
  const redirect = asked.get('redirect_uri') ?? '';
  const iss = encodeURIComponent(provider.url);
  const challenge = asked.get('code_challenge') ?? '';

  for (const forged of [
    `code=attackers&state=guessed&iss=${iss}`,
    `code=attackers&iss=${iss}`,
    `code=attackers&state=&iss=${iss}`,
    `code=attackers&state=${challenge}&iss=${iss}`,
    `error=access_denied&iss=${iss}`,
    `error=access_denied&state=guessed&iss=${iss}`,
  ]) {
    expect((await fetch(`${redirect}?${forged}`)).status, forged).toBe(400);
    expect(oauth.flow(flow.id)?.state.is, forged).toBe('needs-user');
  }
  expect(provider.simulator.calls.map(({ path }) => path)).not.toContain('/oauth/token');

  expect((await fetch(addressOf(flow))).status).toBe(200);
  expect(kept).toHaveLength(1);
});

test('the state of one sign-in is good for no other', async () => {
  const { begin, oauth } = await aSimulatedRoom(rooms);
  const [one, other] = [await begin('loopback'), await begin('loopback')];
  const back = new URL((await fetch(addressOf(one), { redirect: 'manual' })).headers.get('location') ?? '');
  const there = new URL(new URL(addressOf(other)).searchParams.get('redirect_uri') ?? '');
  there.search = back.search;
  expect((await fetch(there)).status).toBe(400);
  expect(oauth.flow(other.id)?.state.is).toBe('needs-user');
  expect((await fetch(back)).status).toBe(200);
});

test('a page that only embeds or submits to the listener gets nothing done', async () => {
  const { begin, oauth } = await aSimulatedRoom(rooms);
  const flow = await begin('loopback');
  const back = (await fetch(addressOf(flow), { redirect: 'manual' })).headers.get('location') ?? '';
  expect((await fetch(back, { method: 'POST' })).status).toBe(405);
  expect((await fetch(back, { method: 'HEAD' })).status).toBe(405);
  expect((await fetch(back, { headers: { host: 'attacker.example' } })).status).toBe(403);
  expect(oauth.flow(flow.id)?.state.is).toBe('needs-user');
});
