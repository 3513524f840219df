import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { type Bench, benches, parsed, type Running } from '../help/a-command.ts';
import { Browser } from '../help/a-browser.ts';
import { describeSecretService, keyrings } from '../help/a-keyring.ts';
import { ALogin } from '../help/a-login.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { anUpstream, message } from '../help/an-upstream.ts';
import { Rooms } from '../help/a-proxy.ts';

const bench = benches();
const keyring = keyrings();
const rooms = new Rooms();
afterEach(() => rooms.close());

const key = 'sk-ant-api03-planted-0001';
const passphrase = 'a long planted passphrase';
/** Does nothing with the address: the test is the person at the browser. */
const noBrowser = { BROWSER: 'true' };

interface Begun {
  readonly signIn: {
    readonly id: string;
    readonly way: string;
    readonly state: Readonly<Record<string, string>>;
  };
}

/** An upstream that is a provider too, with a key and three people. */
function anApi(): Promise<RunningSimulator> {
  const oauth = { intervalSeconds: 1 };
  const keys = [{ name: 'key', key }];
  return rooms.add(startSimulator({ keys, oauth, admin: true, clock: wallClock, log: silentLog }));
}

/** A home whose settings know the provider `company`, and where its accounts are served. */
function aHome(issuer: string, baseUrl: string, more: readonly string[] = []): Bench {
  const made = bench();
  mkdirSync(made.home, { recursive: true });
  const provider = [`issuer = "${issuer}"`, `base_url = "${baseUrl}"`, ...more];
  writeFileSync(join(made.home, 'config.toml'), `[providers.company]\n${provider.join('\n')}\n`);
  return made;
}

const ownClient = (api: string) => ['client_id = "proxy"', `paste_redirect_uri = "${api}/oauth/code"`];

/** Says yes on the page of the simulator; resolves with the page that follows. */
async function approve(url: string, person: string, more: Record<string, string> = {}): Promise<string> {
  const browser = new Browser();
  const after = await browser.submit(await browser.visit(url), { person, decision: 'approve', ...more });
  return after.text();
}

/** Who served a message that is to be served by `account`. */
async function use({ url }: Running, account: string): Promise<string> {
  const body = JSON.stringify({
    model: 'claude-haiku-5-5',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'hello' }],
  });
  const headers = {
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'x-account-name': account,
  };
  const answer = await fetch(`${url}/v1/messages`, { method: 'POST', body, headers });
  await answer.text();
  return `${answer.status} ${answer.headers.get('x-ccproxy-account') ?? ''}`.trim();
}

/** Signs `name` in with a browser on this machine. */
async function byLoopback(made: Bench, name: string, person: string): Promise<void> {
  const login = new ALogin(made, [name, '--provider', 'company', '--browser'], noBrowser);
  const { signIn } = await login.event<Begun>('begun');
  expect(signIn.way).toBe('loopback');
  expect(await approve(signIn.state['url'] ?? '', person)).toContain(`${name} is signed in`);
  await login.event('done');
  expect(await login.ended()).toBe(0);
}

/** Signs `name` in with a code that is copied from a page. */
async function byPaste(made: Bench, name: string, person: string): Promise<void> {
  const login = new ALogin(made, [name, '--provider', 'company', '--no-browser', '--code-stdin']);
  const { signIn } = await login.event<Begun>('begun');
  expect(signIn.way).toBe('paste');
  const [, code = ''] = /<code>([^<]+)/.exec(await approve(signIn.state['url'] ?? '', person)) ?? [];
  login.type('a-code#of-another-sign-in');
  login.type(code);
  await login.event('done');
  expect(await login.ended()).toBe(0);
}

/** Signs `name` in with a code that is entered in any browser. */
async function byDevice(made: Bench, name: string, person: string): Promise<void> {
  const login = new ALogin(made, [name, '--provider', 'company', '--device']);
  const { signIn } = await login.event<Begun>('begun');
  expect(signIn.way).toBe('device');
  const { url = '', code = '' } = signIn.state;
  await approve(url, person, { user_code: code });
  await login.event('done');
  expect(await login.ended()).toBe(0);
}

/** The files of a home that hold a secret as it is. */
function plainIn(home: string): string[] {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return paths.filter((path) => /sim-(?:access|refresh)-|planted/.test(readFileSync(path, 'latin1')));
}

/** From the first account to the last removal, on homes that `settle` has made ready. */
async function wholeJourney(settle: (made: Bench) => void): Promise<void> {
  const api = await anApi();
  const here = aHome(api.url, api.url, ownClient(api.url));
  settle(here);
  // Added: the key and the loopback with no proxy, the rest in the one that runs.
  const added = await here.run(
    ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', api.url, '--secret-stdin'],
    {
      input: key,
    },
  );
  expect(added.code).toBe(0);
  await byLoopback(here, 'ann', 'person-1');
  const proxy = await here.start(['serve', '--port', '0']);
  await byPaste(here, 'bob', 'person-2');
  await byDevice(here, 'cid', 'person-3');
  // Used, without a restart.
  for (const name of ['work', 'ann', 'bob', 'cid']) expect(await use(proxy, name)).toBe(`200 ${name}`);
  // Renewed: by command, and when an upstream no longer takes the token.
  expect((await here.run(['auth', 'refresh', 'ann'])).out).toContain('renewed ann: at company as person-1@');
  await fetch(`${api.url}/_sim/oauth/expire`, { method: 'POST' });
  expect(await use(proxy, 'bob')).toBe('200 bob');
  // Exported, and imported elsewhere.
  const file = join(here.folder, 'accounts.sealed');
  const exported = await here.run(['auth', 'export', '--output', file, '--passphrase-stdin'], {
    input: passphrase,
  });
  expect(exported.code).toBe(0);
  await proxy.stop();
  const there = aHome(api.url, api.url, ownClient(api.url));
  settle(there);
  const imported = await there.run(['auth', 'import', file, '--passphrase-stdin'], { input: passphrase });
  expect({ code: imported.code, err: imported.err }).toEqual({
    code: 0,
    err: expect.not.stringContaining('error'),
  });
  const other = await there.start(['serve', '--port', '0']);
  for (const name of ['work', 'ann', 'bob', 'cid']) expect(await use(other, name)).toBe(`200 ${name}`);
  // Removed there: the provider no longer takes what was exported.
  const removed = await there.run(['auth', 'remove', 'ann', '--yes']);
  expect(removed.err).toContain('Its tokens were revoked at company.');
  await other.stop();
  const again = await here.start(['serve', '--port', '0']);
  expect(await use(again, 'ann')).toBe('503');
  expect(await use(again, 'bob')).toBe('200 bob');
  // Signed in again, it is well again.
  await byLoopback(here, 'ann', 'person-1');
  expect(await use(again, 'ann')).toBe('200 ann');
  for (const { home } of [here, there]) expect(plainIn(home)).toEqual([]);
}

describe('without a keychain', () => {
  test('accounts are added by key and by each way in, used, renewed, moved and removed', async () => {
    await wholeJourney(() => {});
  }, 60_000);
});

describeSecretService('with a Secret Service', () => {
  test('accounts are added by key and by each way in, used, renewed, moved and removed', async () => {
    const service = await keyring();
    await service.serve('password');
    const address = service.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
    const made: Bench[] = [];
    await wholeJourney((one) => {
      made.push(one);
      Object.assign(one.env, { CCPROXY_VAULT_BACKEND: 'keychain', DBUS_SESSION_BUS_ADDRESS: address });
    });
    for (const { home } of made) expect(readdirSync(home)).not.toContain('vault.key');
  }, 60_000);
});

describe('at an OpenID provider', () => {
  test('an account is signed in by loopback, used with its token, and its tokens are revoked with it', async () => {
    const provider = await rooms.add(anOidcProvider());
    const upstream = await rooms.add(anUpstream(() => message()));
    const scopes = 'scopes = ["openid", "email", "offline_access"]';
    const made = aHome(provider.issuer, upstream.url, ['client_id = "native"', scopes]);
    const proxy = await made.start(['serve', '--port', '0']);
    const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], noBrowser);
    const { signIn } = await login.event<Begun>('begun');
    expect((await new Browser().visit(signIn.state['url'] ?? '')).status).toBe(200);
    const { account } = await login.event<{ account: { signIn: { label: string } } }>('done');
    expect(account.signIn.label).toBe('ann@example.com');
    expect(await use(proxy, 'team')).toBe('200 team');
    expect((await made.run(['auth', 'refresh', 'team'])).code).toBe(0);
    expect(await use(proxy, 'team')).toBe('200 team');
    const [first = '', second = ''] = upstream.served();
    expect(first.length).toBeGreaterThan(20);
    expect(second).not.toBe(first);
    expect(login.out).not.toContain(first);
    const removed = await made.run(['auth', 'remove', 'team', '--yes', '--json']);
    expect(parsed<object>(removed.out)).toMatchObject({ givenBack: { is: 'revoked', reason: null } });
    expect(provider.requests).toContain('POST /token/revocation');
  });
});
