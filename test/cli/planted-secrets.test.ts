import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { placesOf } from '../../src/config/places.ts';
import { openStores } from '../../src/server/stores.ts';
import { benches, program, type Bench } from '../help/a-command.ts';
import { anUpstream, apiError, json, message } from '../help/an-upstream.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const bench = benches();

/** Every kind of secret there is, each with a word of its own to look for. */
const planted = {
  apiKey: 'sk-ant-api03-planted-api-key',
  replaced: 'sk-ant-api03-planted-replacement',
  token: 'gateway-planted-token',
  access: 'planted-access-token',
  refresh: 'planted-refresh-token',
  proxyUser: 'planted-proxy-user',
  proxyPassword: 'planted-proxy-password',
  passphrase: 'planted passphrase of an export',
  mounted: 'sk-ant-api03-planted-mounted',
};

/** Which of the secrets stand in `text`, as they are or in another form that anybody can read. */
function foundIn(text: string): string[] {
  return Object.entries(planted).flatMap(([name, secret]) => {
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

/** Every file below `folder`, and what of the secrets stands in it. */
function foundBelow(folder: string): Record<string, string[]> {
  const files = readdirSync(folder, { recursive: true }).map(String);
  const found = files
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => [file, foundIn(readFileSync(join(folder, file), 'latin1'))] as const);
  return Object.fromEntries(found.filter(([, secrets]) => secrets.length > 0));
}

/** Modes of everything in the home of the proxy that others could use. */
function openToOthers(folder: string): string[] {
  const names = ['.', ...readdirSync(folder, { recursive: true }).map(String)];
  return names.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
}

/** Runs a command in a shell that lets everybody read what it makes. */
async function run(
  made: Bench,
  words: readonly string[],
  input = '',
  env: Record<string, string> = {},
): Promise<string> {
  const child = Bun.spawn(['/bin/sh', '-c', 'umask 000; exec "$@"', 'sh', ...program, ...words], {
    cwd: made.folder,
    env: { ...made.env, ...env },
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const command = join('/proc', String(child.pid), 'cmdline');
  const seen = process.platform === 'linux' ? readFileSync(command, 'latin1') : '';
  const said = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return [seen, ...said].join('\n');
}

test.skipIf(process.platform === 'win32')(
  'no secret of any kind stands in plain: no file, output, log, command line or status',
  async () => {
    const made = bench();
    const upstream = await anUpstream(({ target, credential }) => {
      if (target.startsWith('/v1/models')) return json(200, { data: [] });
      // What an upstream repeats in its errors is not ours to print either.
      return credential === planted.token ? apiError(401, `bad ${planted.token}`) : message();
    });
    const said: string[] = [];
    const say = async (words: readonly string[], input?: string): Promise<void> => {
      said.push(await run(made, words, input));
    };
    const base = ['--base-url', upstream.url];
    const proxied = [
      '--base-url',
      'http://127.0.0.1:1',
      '--proxy',
      'http://127.0.0.1:1',
      '--proxy-login-stdin',
    ];
    await say(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin', ...base], planted.apiKey);
    await say(
      ['auth', 'add', 'gateway', '--kind', 'token', '--secret-stdin', ...base, '--json'],
      planted.token,
    );
    await signIn(made, upstream.url);

    mkdirSync(join(made.folder, 'mounted'));
    writeFileSync(join(made.folder, 'mounted/key'), planted.mounted);
    writeFileSync(
      join(made.folder, 'mounted/a.toml'),
      `[[accounts]]\nname = "mounted"\nkind = "api-key"\nsecret_file = "key"\nbase_url = "${upstream.url}"\n`,
    );
    const env = { CCPROXY_ACCOUNTS_FOLDER: join(made.folder, 'mounted') };
    const proxy = await made.start(['serve', '--port', '0', '--log-level', 'debug'], { env });
    const login = `${planted.proxyUser}:${planted.proxyPassword}`;
    await say(
      ['auth', 'add', 'proxied', '--kind', 'api-key', '--secret-stdin', ...proxied],
      `${planted.apiKey}\n${login}`,
    );
    await say(['auth', 'set', 'work', '--secret-stdin'], planted.replaced);
    for (const name of ['work', 'gateway', 'team', 'mounted', 'proxied']) {
      await say(['auth', 'show', name]);
      await say(['auth', 'show', name, '--json']);
      await say(['auth', 'test', name, '--json']);
      const headers = { 'x-account-name': name };
      const body = JSON.stringify({ model: 'claude-opus-5-5', messages: [] });
      const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body });
      // An error body of the upstream is the caller's; all else must be clean.
      if (name !== 'gateway') said.push(await answer.text(), JSON.stringify([...answer.headers]));
    }
    const sealed = join(made.folder, 'accounts.sealed');
    await say(['auth', 'export', '--output', sealed, '--passphrase-stdin'], planted.passphrase);
    for (const words of [
      ['auth', 'list', '--json'],
      ['status'],
      ['doctor', '--offline', '--json'],
      ['auth', 'rotate'],
    ])
      await say(words);
    for (const path of [
      '/status',
      '/status/accounts',
      '/status/accounts/team',
      '/metrics',
      '/health',
      '/health/ready',
    ])
      said.push(await (await fetch(proxy.url + path)).text());
    const commandLine =
      process.platform === 'linux' ? readFileSync(`/proc/${proxy.pid}/cmdline`, 'latin1') : '';

    // While it runs the write-ahead log of the database is there as well.
    const names = readdirSync(made.home);
    expect(names).toContain('proxy.db-wal');
    expect(foundBelow(made.home)).toEqual({});
    expect(openToOthers(made.home)).toEqual([]);
    expect(foundIn(readFileSync(sealed, 'latin1'))).toEqual([]);
    expect(statSync(sealed).mode & 0o777).toBe(0o600);

    await say(['auth', 'remove', 'proxied', '--yes']);
    await proxy.stop();
    await upstream.close();
    expect(foundIn([...said, proxy.out(), proxy.err(), commandLine].join('\n'))).toEqual([]);
    expect(foundBelow(made.home)).toEqual({});
    expect(openToOthers(made.home)).toEqual([]);
    expect(foundIn(`it finds ${planted.proxyPassword}`)).toEqual(['proxyPassword']);
    // Each was really in use: what is never there is easily not found.
    expect(new Set(upstream.served())).toEqual(
      new Set([planted.replaced, planted.token, planted.access, planted.mounted]),
    );
  },
  120_000,
);

/** Signs an account in as a sign-in would; nothing of that is typed anywhere. */
async function signIn(made: Bench, baseUrl: string): Promise<void> {
  const places = placesOf({ env: made.env, userHome: made.folder, workingFolder: made.folder });
  const stores = await openStores({ places, env: {}, createKey: 'create', clock: wallClock, log: silentLog });
  await stores.accounts.add({ name: 'team', kind: 'oauth', provider: 'company', baseUrl });
  const tokens = { access: new Secret(planted.access), refresh: new Secret(planted.refresh) };
  await stores.accounts.signIn('team', aTokenSet('x', tokens));
  await stores.close();
}
