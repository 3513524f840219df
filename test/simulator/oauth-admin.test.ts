import { expect, test } from 'bun:test';
import { aProvider } from './oauth-help.ts';

test('what is known of sign-ins can be asked, and holds no credential', async () => {
  const { ask, signIn, post } = aProvider({ consent: 'ask' });
  const { json } = await ask({ method: 'PATCH', target: '/_sim/oauth', body: { consent: 'approve' } });
  expect(json.settings).toMatchObject({ consent: 'approve', accessSeconds: 3600 });
  const { access, refresh } = await signIn();
  await ask({ method: 'PATCH', target: '/_sim/oauth', body: { consent: 'ask' } });
  const { user_code: code } = (await post('/oauth/device_authorization', {})).json;
  const state = await ask({ target: '/_sim/oauth' });
  expect(state.json).toMatchObject({
    sign_ins: [{ person: 'person-1', client: 'c', revoked: false, renewals: 0 }],
    reuse_alarms: 0,
    waiting_user_codes: [code],
  });
  expect(state.text).not.toContain(access);
  expect(state.text).not.toContain(refresh);
});

test('a device code is decided about without a click', async () => {
  const { ask, post, poll, clock } = aProvider({ consent: 'ask' });
  const { json } = await post('/oauth/device_authorization', {});
  const decide = (body: object) => ask({ target: '/_sim/oauth/decide', body });
  expect((await decide({ userCode: 'XXXX-XXXX', decision: 'approve' })).status).toBe(404);
  expect((await decide({ userCode: json.user_code, decision: 'approve', person: 'nobody' })).status).toBe(
    404,
  );
  const decided = await decide({ userCode: json.user_code, decision: 'approve', person: 'person-2' });
  expect(decided.json.waiting_user_codes).toEqual([]);
  await clock.turn(5_000);
  expect((await poll(json.device_code)).json.email).toBe('person-2@simulated.example');
});

test('access tokens expire and sign-ins end on demand', async () => {
  const { ask, signIn, message, renew } = aProvider();
  const { access, refresh } = await signIn();
  expect((await ask({ method: 'POST', target: '/_sim/oauth/expire' })).status).toBe(204);
  expect((await message(access)).status).toBe(401);
  const second = (await renew(refresh)).json;
  expect((await message(second.access_token)).status).toBe(200);
  expect((await ask({ method: 'DELETE', target: '/_sim/oauth' })).status).toBe(204);
  expect((await renew(second.refresh_token)).json.error).toBe('invalid_grant');
  expect((await message(second.access_token)).status).toBe(401);
});

test('an unknown setting or call is refused', async () => {
  const { ask } = aProvider();
  expect((await ask({ method: 'PATCH', target: '/_sim/oauth', body: { zebra: 1 } })).status).toBe(400);
  expect((await ask({ target: '/_sim/oauth/zebra' })).status).toBe(404);
});
