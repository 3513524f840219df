import { afterEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { Discovery } from '../../src/oauth/discovery.ts';
import { Providers, type Provider } from '../../src/oauth/provider.ts';
import { openSender } from '../../src/wire/send.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { anUpstream, json } from '../help/an-upstream.ts';
import { Rooms } from '../help/a-proxy.ts';
import { providersIn } from './a-sign-in.ts';

const rooms = new Rooms();
const folder = temporaryFolders();
afterEach(() => rooms.close());

const endpoints = 'token_endpoint = "https://idp.example/token"';

function providers(toml: string, env: Record<string, string> = {}): Providers {
  const discovery = new Discovery(openSender({ clock: wallClock }), wallClock);
  return new Providers({ providers: () => providersIn(toml), env, clock: wallClock }, discovery);
}

/** What the provider is told of who asks. */
async function introduction({
  auth,
  server,
  client,
}: Provider): Promise<[form: string, basic: string | null]> {
  const [form, headers] = [new URLSearchParams({ client_id: client.client_id }), new Headers()];
  await auth(server, client, form, headers);
  return [form.toString(), headers.get('authorization')];
}

test('a provider that is not there is told with those that are', async () => {
  const none = await problemOf(providers('').open('x'));
  expect([none.code, none.fix]).toEqual([
    'provider-unknown',
    'Add [providers.x] to config.toml; docs/accounts.md has examples.',
  ]);
  const others = await problemOf(providers(`[providers.a]\n${endpoints}`).open('\x1b[31m'));
  expect(others.message).toBe('There is no provider "…" in the settings.');
  expect(others.fix).toContain('The settings have a;');
});

describe('this program introduces itself', () => {
  test('by its client id', async () => {
    const provider = await providers(`[providers.p]\n${endpoints}\nclient_id = "me"`).open('p');
    expect(await introduction(provider)).toEqual(['client_id=me', null]);
  });

  test('not at all where there is none', async () => {
    const provider = await providers(`[providers.p]\n${endpoints}`).open('p');
    expect(await introduction(provider)).toEqual(['', null]);
  });

  test('with the secret of a variable, by Basic unless the provider takes it in the form only', async () => {
    const basic = `[providers.p]\n${endpoints}\nclient_id = "me"\nclient_secret_env = "IDP"`;
    expect(await introduction(await providers(basic, { IDP: 'a:b' }).open('p'))).toEqual([
      'client_id=me',
      `Basic ${Buffer.from('me:a%3Ab').toString('base64')}`,
    ]);
    const upstream = await rooms.add(
      anUpstream(({ headers }) => {
        const issuer = `http://${headers[headers.indexOf('host') + 1]}`;
        const methods = ['client_secret_post', 'private_key_jwt'];
        return json(200, { issuer, token_endpoint_auth_methods_supported: methods });
      }),
    );
    const post = `[providers.p]\nissuer = "${upstream.url}"\nclient_id = "me"\nclient_secret_env = "IDP"`;
    expect(await introduction(await providers(post, { IDP: 'hush' }).open('p'))).toEqual([
      'client_id=me&client_secret=hush',
      null,
    ]);
  });

  test('with the secret of a file, as it is at that moment', async () => {
    const file = join(folder(), 'secret');
    const toml = `[providers.p]\n${endpoints}\nclient_id = "me"\nclient_secret_file = ${JSON.stringify(file)}`;
    const all = providers(toml);
    expect((await problemOf(all.open('p'))).message).toContain('ENOENT');
    writeFileSync(file, ' \n');
    expect((await problemOf(all.open('p'))).message).toBe(
      `Provider "p" has no client secret: ${file} is empty.`,
    );
    for (const secret of ['one', 'two']) {
      writeFileSync(file, `${secret}\n`);
      const [, basic] = await introduction(await all.open('p'));
      expect(basic).toBe(`Basic ${Buffer.from(`me:${secret}`).toString('base64')}`);
    }
  });

  test('never without the secret it should have', async () => {
    const toml = `[providers.p]\n${endpoints}\nclient_id = "me"\nclient_secret_env = "IDP"`;
    const problem = await problemOf(providers(toml, { IDP: '' }).open('p'));
    expect([problem.code, problem.message]).toEqual([
      'client-secret-missing',
      'Provider "p" has no client secret: IDP is not set.',
    ]);
  });
});

test('endpoints of the settings stand before those the provider names', async () => {
  const upstream = await rooms.add(
    anUpstream(({ headers }) => {
      const issuer = `http://${headers[headers.indexOf('host') + 1]}`;
      const all = { token_endpoint: `${issuer}/theirs`, revocation_endpoint: `${issuer}/revoke` };
      return json(200, { issuer, ...all });
    }),
  );
  const { server } = await providers(`[providers.p]\nissuer = "${upstream.url}"\n${endpoints}`).open('p');
  expect([server.token_endpoint, server.revocation_endpoint]).toEqual([
    'https://idp.example/token',
    `${upstream.url}/revoke`,
  ]);
});

test('an issuer that does not answer, or is another, is a problem that names the setting', async () => {
  const upstream = await anUpstream(() => json(200, { issuer: 'https://evil.example' }));
  const all = providers(`[providers.p]\nissuer = "${upstream.url}"`);
  const unsound = await problemOf(all.open('p'));
  expect([unsound.code, unsound.message]).toEqual([
    'provider-unsound',
    `Provider "p": ${upstream.url} calls itself "https://evil.example", not "${upstream.url}".`,
  ]);
  await upstream.close();
  const unreachable = await problemOf(all.open('p'));
  expect(unreachable.code).toBe('provider-unreachable');
  expect(unreachable.fix).toContain('providers.p.issuer');
});
