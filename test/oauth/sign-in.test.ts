import { afterEach, describe, expect, test } from 'bun:test';
import { anUpstream, json } from '../help/an-upstream.ts';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSignInRoom, aSimulatedRoom } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const room = (toml: string) => rooms.add(Promise.resolve(aSignInRoom(toml)));

describe('a client id that is missing', () => {
  test('is told with the name of the setting and the page that explains it, before anybody is asked', async () => {
    const { begin } = await room('[providers.p]\nissuer = "http://127.0.0.1:1"');
    for (const way of ['loopback', 'paste'] as const) {
      const { code, message, fix } = await problemOf(begin(way));
      expect([code, message]).toEqual(['provider-incomplete', 'Provider "p" has no client_id.']);
      expect(fix).toContain('providers.p.client_id');
      expect(fix).toContain('docs/accounts.md');
    }
  });

  test('leaves the device grant, which may go without', async () => {
    const { oauth, begin } = await aSimulatedRoom(rooms, { settings: '' });
    expect(await oauth.ways('p')).toEqual(['device']);
    expect((await begin('device')).state.is).toBe('needs-user');
  });
});

describe('a way', () => {
  test('that the settings do not offer is not there', async () => {
    const { oauth, begin } = await aSimulatedRoom(rooms, {
      settings: 'client_id = "c"\nways = ["device"]',
    });
    expect(await oauth.ways('p')).toEqual(['device']);
    const { code, message, fix } = await problemOf(begin('loopback'));
    expect([code, message]).toEqual(['provider-way-missing', 'Provider "p" has no sign-in by loopback.']);
    expect(fix).toContain('providers.p.ways');
  });

  test('that the provider does not have is not there', async () => {
    const upstream = await rooms.add(
      anUpstream(({ headers }) => {
        const issuer = `http://${headers[headers.indexOf('host') + 1]}`;
        return json(200, { issuer, token_endpoint: `${issuer}/token` });
      }),
    );
    const { oauth, begin } = await room(`[providers.p]\nissuer = "${upstream.url}"\nclient_id = "c"`);
    expect(await oauth.ways('p')).toEqual([]);
    const { code, fix } = await problemOf(begin('device'));
    expect(code).toBe('provider-way-missing');
    expect(fix).toContain('providers.p.device_authorization_endpoint');
  });

  test('is open by the endpoints of the settings alone, nobody being asked', async () => {
    const { oauth, begin } = await room(
      [
        '[providers.p]',
        'client_id = "c"',
        'authorization_endpoint = "https://idp.invalid/authorize"',
        'token_endpoint = "https://idp.invalid/token"',
      ].join('\n'),
    );
    expect(await oauth.ways('p')).toEqual(['loopback', 'paste']);
    expect(addressOf(await begin('paste'))).toStartWith('https://idp.invalid/authorize?');
  });
});

test('a provider that is not in the settings, or no more, is told', async () => {
  const changing = await aSimulatedRoom(rooms);
  await changing.begin('paste');
  changing.settings('');
  expect((await problemOf(changing.begin('paste'))).code).toBe('provider-unknown');
});

describe('the browser is sent back', () => {
  const redirectOf = async (settings: string, way: 'loopback' | 'paste'): Promise<string> => {
    const { begin } = await aSimulatedRoom(rooms, { settings: `client_id = "c"\n${settings}` });
    return new URL(addressOf(await begin(way))).searchParams.get('redirect_uri') ?? '';
  };

  test('to this machine, at any free port', async () => {
    expect(await redirectOf('', 'loopback')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(await redirectOf('redirect_uri = "http://localhost/here"', 'loopback')).toMatch(
      /^http:\/\/localhost:\d+\/here$/,
    );
  });

  test('to the page of the provider that shows a code', async () => {
    const uri = 'https://idp.example/oauth/code';
    expect(await redirectOf(`paste_redirect_uri = "${uri}"`, 'paste')).toBe(uri);
  });

  test('where nobody listens, for an address to copy', async () => {
    const uri = await redirectOf('', 'paste');
    expect(Number(new URL(uri).port)).toBeGreaterThanOrEqual(49_152);
    await expect(fetch(uri)).rejects.toThrow();
    expect(await redirectOf('redirect_uri = "http://127.0.0.1:5123/callback"', 'paste')).toBe(
      'http://127.0.0.1:5123/callback',
    );
  });
});
