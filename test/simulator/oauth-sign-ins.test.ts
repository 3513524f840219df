import { describe, expect, test } from 'bun:test';
import { aProvider } from './oauth-help.ts';

describe('a code', () => {
  test('that comes twice takes back what it became', async () => {
    const { back, redeem, message } = aProvider();
    const { code = '' } = await back();
    const { access_token: access } = (await redeem(code)).json;
    expect((await redeem(code)).json.error_description).toBe('The code has been used before.');
    expect((await message(access)).status).toBe(401);
  });

  test('is good for a minute, for its client, its redirect URI and its verifier', async () => {
    const { back, redeem, clock } = aProvider();
    const refusal = async (more: Record<string, string>): Promise<string> => {
      const { json } = await redeem((await back())['code'] ?? '', more);
      return `${json.error}: ${json.error_description}`;
    };
    expect(await refusal({ client_id: 'x' })).toBe('invalid_grant: The code is of another client.');
    expect(await refusal({ redirect_uri: 'http://127.0.0.1:5001/callback' })).toContain('another one');
    expect(await refusal({ code_verifier: 'w'.repeat(43) })).toContain('does not fit');
    const { code = '' } = await back();
    await clock.turn(60_000);
    expect((await redeem(code)).json.error_description).toBe('The code has expired.');
    expect((await redeem('made-up')).json.error_description).toBe('The code is not known.');
  });
});

describe('a device code', () => {
  test('asked about too often slows down, and is not locked out', async () => {
    const { post, poll, clock, simulator } = aProvider({ consent: 'ask' });
    const { json } = await post('/oauth/device_authorization', {});
    await clock.turn(4_999);
    expect((await poll(json.device_code)).json.error).toBe('slow_down');
    await clock.turn(10_000);
    expect((await poll(json.device_code)).json.error).toBe('authorization_pending');
    simulator.signIns.decide(json.user_code, 'denied', clock.now());
    await clock.turn(10_000);
    expect((await poll(json.device_code)).json.error).toBe('access_denied');
  });

  test('becomes tokens once, and expires', async () => {
    const { post, poll, clock } = aProvider();
    const { json } = await post('/oauth/device_authorization', {});
    await clock.turn(5_000);
    expect((await poll(json.device_code)).json.access_token).toStartWith('sim-access-');
    await clock.turn(5_000);
    expect((await poll(json.device_code)).json.error).toBe('invalid_grant');
    const late = (await post('/oauth/device_authorization', {})).json;
    await clock.turn(600_000);
    expect((await poll(late.device_code)).json.error).toBe('expired_token');
  });

  test('belongs to the client that asked for it', async () => {
    const { post, poll, clock } = aProvider();
    const { json } = await post('/oauth/device_authorization', { client_id: 'c' });
    await clock.turn(5_000);
    expect((await poll(json.device_code)).json.error).toBe('invalid_grant');
  });
});
