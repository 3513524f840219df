import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { type Bench, benches, parsed, until } from '../help/a-command.ts';
import { Browser } from '../help/a-browser.ts';
import { readByACamera } from '../help/a-camera.ts';
import { ALogin } from '../help/a-login.ts';
import { AtTerminal } from '../help/a-terminal.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { Rooms } from '../help/a-proxy.ts';

const bench = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

interface Begun {
  readonly signIn: {
    readonly id: string;
    readonly way: string;
    readonly state: Readonly<Record<string, string>>;
  };
}
interface Failed {
  readonly error: { readonly code: string; readonly title: string; readonly fix: string };
}
interface Shown {
  readonly signIn: { readonly isSignedIn: boolean; readonly label: string | null };
}

function aProvider(oauth: OAuthOptions = {}): Promise<RunningSimulator> {
  const given = { consent: 'approve', intervalSeconds: 1, ...oauth } as const;
  return rooms.add(
    startSimulator({ open: false, oauth: given, admin: true, clock: wallClock, log: silentLog }),
  );
}

function aHome(url: string, lines: readonly string[] = ['client_id = "proxy"']): Bench {
  const made = bench();
  mkdirSync(made.home, { recursive: true });
  const provider = [`issuer = "${url}"`, `base_url = "${url}"`, ...lines];
  writeFileSync(join(made.home, 'config.toml'), `[providers.company]\n${provider.join('\n')}\n`);
  return made;
}

const shown = async (made: Bench, name: string): Promise<Shown> =>
  parsed<Shown>((await made.run(['auth', 'show', name, '--json'])).out);

/** How a sign-in ends that cannot begin. */
async function refusal(made: Bench, words: readonly string[]): Promise<Failed['error'] & { code: string }> {
  const login = new ALogin(made, words);
  const { error } = await login.event<Failed>('failed');
  expect(await login.ended()).not.toBe(0);
  return error;
}

describe('auth login', () => {
  test('without a client id names the setting and the page, whichever way', async () => {
    const made = aHome((await aProvider()).url, ['ways = ["loopback", "paste"]']);
    await made.run(['auth', 'add', 'team', '--kind', 'oauth', '--provider', 'company']);
    for (const words of [['team'], ['team', '--browser']])
      expect(await refusal(made, words)).toMatchObject({
        code: 'provider-incomplete',
        title: 'Provider "company" has no client_id.',
        fix: expect.stringMatching(/providers\.company\.client_id.*docs\/accounts\.md/),
      });
  });

  test('makes no account whose tokens would go nowhere in particular', async () => {
    const made = aHome('http://127.0.0.1:1');
    const config = '[providers.company]\nissuer = "http://127.0.0.1:1"\nclient_id = "c"\n';
    writeFileSync(join(made.home, 'config.toml'), config);
    const { code, title } = await refusal(made, ['team', '--provider', 'company']);
    expect(code).toBe('account-invalid');
    expect(title).toContain(
      '--base-url: must say where its calls go, as providers.company.base_url does not',
    );
    expect(parsed<object>((await made.run(['auth', 'list', '--json'])).out)).toEqual([]);
  });

  test('is not for accounts of other kinds, nor for another provider', async () => {
    const made = aHome((await aProvider()).url);
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: 'planted-key' });
    await made.run(['auth', 'add', 'team', '--kind', 'oauth', '--provider', 'company']);
    expect((await refusal(made, ['work'])).code).toBe('sign-in-unneeded');
    expect((await refusal(made, ['team', '--provider', 'other'])).code).toBe('provider-differs');
    expect((await refusal(made, ['team', '--device', '--browser'])).code).toBe('sign-in-ways-differ');
    expect((await refusal(made, ['team', '--no-browser'])).code).toBe('code-missing');
    expect((await refusal(made, ['nobody'])).fix).toContain('--provider PROVIDER makes a new one');
  });

  test('says what the provider said where it refuses', async () => {
    const made = aHome((await aProvider({ consent: 'deny' })).url);
    const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], { BROWSER: 'true' });
    const { signIn } = await login.event<Begun>('begun');
    await new Browser().visit(signIn.state['url'] ?? '');
    const { error } = await login.event<Failed>('failed');
    expect(error).toMatchObject({ code: 'sign-in-denied', title: expect.stringContaining('says no') });
    expect(await login.ended()).toBe(6);
    expect((await shown(made, 'team')).signIn.isSignedIn).toBe(false);
  });

  test('says what is wrong where the provider is down', async () => {
    const made = aHome('http://127.0.0.1:1');
    const { code } = await refusal(made, ['team', '--provider', 'company']);
    expect(code).toBe('provider-unreachable');
  });

  test('that is interrupted gives the sign-in up, in the running proxy too', async () => {
    const made = aHome((await aProvider()).url);
    const proxy = await made.start(['serve', '--port', '0']);
    const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], { BROWSER: 'true' });
    const { signIn } = await login.event<Begun>('begun');
    login.interrupt();
    expect((await login.event<Failed>('failed')).error.code).toBe('cancelled');
    expect(await login.ended()).toBe(6);
    const answer = await new Browser().visit(signIn.state['url'] ?? '').catch(() => undefined);
    expect(answer).toBeUndefined();
    await until(() => proxy.err().includes('sign-in failed'));
    expect(proxy.err()).toContain('It was cancelled.');
  });

  test('over SSH takes the way that needs no browser here', async () => {
    const made = aHome((await aProvider()).url);
    const env = { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };
    const login = new ALogin(made, ['team', '--provider', 'company'], env);
    expect((await login.event<Begun>('begun')).signIn.way).toBe('device');
    login.interrupt();
    await login.ended();
  });

  test.skipIf(process.platform === 'win32')(
    'shows a device a code for its camera, at a terminal alone',
    async () => {
      const made = aHome((await aProvider()).url);
      const words = ['auth', 'login', 'team', '--provider', 'company', '--device'];
      const login = new AtTerminal(made, words);
      await login.sees('Waiting until');
      const [, address] = /open it with the code in it: (\S+)/.exec(login.shown) ?? [];
      const lines = login.shown.split(/\r?\n/).filter((line) => /^[█▀▄ ]{20,}$/.test(line));
      // Without colours what is drawn is the light.
      const rows = lines.flatMap((line) => [
        line.split('').map((block) => block === ' ' || block === '▄'),
        line.split('').map((block) => block === ' ' || block === '▀'),
      ]);
      const width = rows[0]?.length ?? 0;
      expect(readByACamera(rows.slice(0, width))).toBe(address ?? '');
      login.type('\u0003');
      await login.ended();
      const events = new ALogin(made, ['team', '--device']);
      await events.event('begun');
      expect(events.out).not.toContain('█');
      events.interrupt();
      await events.ended();
    },
  );

  test('opens the browser of the person, with the address as one word', async () => {
    const made = aHome((await aProvider()).url);
    const script = join(made.folder, 'browser');
    writeFileSync(script, `#!/bin/sh\nprintf '%s' "$#:$1" > "${made.folder}/opened"\n`);
    chmodSync(script, 0o755);
    const login = new ALogin(made, ['team', '--provider', 'company'], { BROWSER: script });
    const { signIn } = await login.event<Begun>('begun');
    expect(signIn.way).toBe('loopback');
    const opened = join(made.folder, 'opened');
    await until(() => existsSync(opened) && readFileSync(opened, 'utf8').length > 2);
    const [count, ...url] = readFileSync(opened, 'utf8').split(':');
    expect({ count, url: url.join(':') }).toEqual({ count: '1', url: signIn.state['url'] ?? '' });
    await new Browser().visit(url.join(':'));
    await login.event('done');
    expect(await login.ended()).toBe(0);
  });

  test('again as the same person replaces the tokens and revokes none: the new ones stay good', async () => {
    const provider = await rooms.add(anOidcProvider());
    const scopes = 'scopes = ["openid", "email", "offline_access"]';
    const made = aHome(provider.issuer, ['client_id = "native"', scopes]);
    const proxy = await made.start(['serve', '--port', '0']);
    const browser = new Browser();
    for (const _ of [1, 2]) {
      const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], { BROWSER: 'true' });
      const { signIn } = await login.event<Begun>('begun');
      expect((await browser.visit(signIn.state['url'] ?? '')).status).toBe(200);
      await login.event('done');
      await login.ended();
    }
    expect(provider.requests).not.toContain('POST /token/revocation');
    expect((await made.run(['auth', 'refresh', 'team'])).out).toContain('renewed team');
    await proxy.stop();
  });

  test('again as somebody else gives the tokens of the one before back', async () => {
    const provider = await aProvider({ consent: 'ask' });
    const made = aHome(provider.url);
    for (const person of ['person-1', 'person-2']) {
      const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], { BROWSER: 'true' });
      const browser = new Browser();
      const page = await browser.visit((await login.event<Begun>('begun')).signIn.state['url'] ?? '');
      await browser.submit(page, { person, decision: 'approve' });
      await login.event('done');
      await login.ended();
    }
    expect((await shown(made, 'team')).signIn.label).toBe('person-2@simulated.example');
    const sent = provider.simulator.calls.filter(({ target }) => target === '/oauth/revoke');
    expect(sent.length).toBe(2);
  });
});

describe('auth remove of a sign-in', () => {
  test('goes on where the provider is down, and says so', async () => {
    const provider = await aProvider();
    const made = aHome(provider.url);
    const login = new ALogin(made, ['team', '--provider', 'company', '--browser'], { BROWSER: 'true' });
    await new Browser().visit((await login.event<Begun>('begun')).signIn.state['url'] ?? '');
    await login.event('done');
    await login.ended();
    await provider.close();
    const removed = await made.run(['auth', 'remove', 'team', '--yes']);
    expect(removed.code).toBe(0);
    expect(removed.out).toContain('removed team');
    expect(removed.err).toContain('Its tokens could not be revoked at company');
  });

  test('that never signed in has nothing to give back', async () => {
    const made = aHome('http://127.0.0.1:1');
    await made.run(['auth', 'add', 'team', '--kind', 'oauth', '--provider', 'company']);
    const removed = await made.run(['auth', 'remove', 'team', '--yes', '--json']);
    expect(parsed<object>(removed.out)).toMatchObject({ removed: { name: 'team' }, givenBack: null });
  });
});

describe('at a terminal', () => {
  const enter = '\r';

  test('auth add of a sign-in goes straight on to it', async () => {
    const provider = await aProvider({ consent: 'ask' });
    const made = aHome(provider.url);
    const asking = new AtTerminal(made, ['auth', 'add', 'team', '--kind', 'oauth', '--provider', 'company']);
    await until(() => /^ {4}\S+/m.test(asking.shown));
    const [, code = ''] = /^ {4}(\S+)/m.exec(asking.shown) ?? [];
    const browser = new Browser();
    const page = await browser.visit(`${provider.url}/oauth/device`);
    await browser.submit(page, { user_code: code, person: 'person-1', decision: 'approve' });
    expect(await asking.ended()).toBe(0);
    expect(asking.shown).toContain('signed in team: at company as person-1@simulated.example');
  });

  test('a code that belongs elsewhere is asked for again, and Ctrl-C ends it', async () => {
    const made = aHome((await aProvider()).url);
    await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], { input: 'planted-key' });
    const asking = new AtTerminal(made, ['auth', 'login', 'team', '--provider', 'company', '--no-browser']);
    await asking.sees('The code the page shows');
    asking.type(`a#b${enter}`);
    await asking.sees('belongs to another sign-in');
    await asking.sees('The code the page shows');
    asking.type('\u0003');
    expect(await asking.ended()).toBe(6);
    expect(asking.shown).toContain('[cancelled]');
  });
});
