import { expect, test } from 'bun:test';
import { aProvider } from './oauth-help.ts';

test('a renewal brings a new pair, and the old access token stays good', async () => {
  const { signIn, renew, message } = aProvider();
  const first = await signIn();
  const { json } = await renew(first.refresh);
  expect(json.access_token).not.toBe(first.access);
  expect(json.refresh_token).not.toBe(first.refresh);
  expect([(await message(first.access)).status, (await message(json.access_token)).status]).toEqual([
    200, 200,
  ]);
});

test('a refresh token that was replaced revokes the whole sign-in, and raises an alarm', async () => {
  const { signIn, renew, message, simulator } = aProvider();
  const first = await signIn();
  const second = (await renew(first.refresh)).json;
  const reused = await renew(first.refresh);
  expect([reused.status, reused.json.error]).toEqual([400, 'invalid_grant']);
  expect((await renew(second.refresh_token)).json.error).toBe('invalid_grant');
  expect((await message(second.access_token)).status).toBe(401);
  expect(simulator.signIns.book.alarms).toBe(1);
});

test('a sign-in that was revoked takes no other one of the same person along', async () => {
  const { signIn, renew, message } = aProvider();
  const [one, other] = [await signIn(), await signIn()];
  await renew(one.refresh);
  await renew(one.refresh);
  expect((await message(one.access)).status).toBe(401);
  expect((await message(other.access)).status).toBe(200);
});

test('within the grace time a replaced refresh token is taken once more, and what had replaced it goes', async () => {
  const { signIn, renew, simulator, clock } = aProvider({ graceSeconds: 10 });
  const first = await signIn();
  const lost = (await renew(first.refresh)).json.refresh_token;
  await clock.turn(9_999);
  const again = await renew(first.refresh);
  expect(again.status).toBe(200);
  expect(simulator.signIns.book.alarms).toBe(0);
  await clock.turn(10_000);
  expect((await renew(lost)).json.error).toBe('invalid_grant');
  expect(simulator.signIns.book.alarms).toBe(1);
});

test('the grace time ends, also for one that is used over and over', async () => {
  const { signIn, renew, clock } = aProvider({ graceSeconds: 10 });
  const { refresh } = await signIn();
  await renew(refresh);
  await clock.turn(6_000);
  expect((await renew(refresh)).status).toBe(200);
  await clock.turn(6_000);
  expect((await renew(refresh)).json.error).toBe('invalid_grant');
});

test('where refresh tokens are kept, a renewal brings none', async () => {
  const { signIn, renew } = aProvider({ refresh: 'keep' });
  const { refresh } = await signIn();
  for (let turn = 0; turn < 3; turn += 1) {
    const { status, json } = await renew(refresh);
    expect([status, json.refresh_token]).toEqual([200, undefined]);
  }
});

test('where there are none, a sign-in brings none', async () => {
  expect((await aProvider({ refresh: 'none' }).signIn()).refresh).toBeUndefined();
});

test('a refresh token is good for its own client only', async () => {
  const { signIn, post, renew, simulator } = aProvider();
  const { refresh } = await signIn();
  const stolen = await post('/oauth/token', {
    grant_type: 'refresh_token',
    client_id: 'x',
    refresh_token: refresh,
  });
  expect(stolen.json.error).toBe('invalid_grant');
  expect((await renew(refresh)).status).toBe(200);
  expect(simulator.signIns.book.alarms).toBe(0);
});

test('a refresh token that is given back takes its access tokens along', async () => {
  const { signIn, post, message, renew } = aProvider();
  const { access, refresh } = await signIn();
  await post('/oauth/revoke', { token: refresh, token_type_hint: 'refresh_token' });
  expect((await message(access)).status).toBe(401);
  expect((await renew(refresh)).json.error).toBe('invalid_grant');
});
