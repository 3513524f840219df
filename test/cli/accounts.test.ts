import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aCertificate } from '../help/a-certificate.ts';
import { benches, parsed, until, type Bench } from '../help/a-command.ts';
import { anUpstream, apiError, json } from '../help/an-upstream.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { openStores } from '../../src/server/stores.ts';
import { placesOf } from '../../src/config/places.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';

const bench = benches();
const key = 'sk-ant-api03-planted-0001';

interface Shown {
  readonly name: string;
  readonly from: string | null;
  readonly priority: number;
  readonly proxyHasLogin: boolean;
  readonly extraCa: readonly { readonly subject: string }[];
  readonly signIn: { readonly isSignedIn: boolean; readonly provider: string } | null;
  readonly standing: { readonly is: string; readonly reason?: string };
}

async function shown(made: Bench, name: string): Promise<Shown> {
  return parsed<Shown>((await made.run(['auth', 'show', name, '--json'])).out);
}

const added = (made: Bench, name: string, more: readonly string[] = [], input = key) =>
  made.run(['auth', 'add', name, '--kind', 'api-key', '--secret-stdin', ...more], { input });

/** The stores of a bench, opened in this process. */
async function storesOf(made: Bench) {
  const places = placesOf({ env: made.env, userHome: made.folder, workingFolder: made.folder });
  return openStores({ places, env: {}, createKey: 'create', clock: wallClock, log: silentLog });
}

describe('auth add', () => {
  test('reads key and login of the proxy from two lines', async () => {
    const made = bench();
    const options = ['--proxy', 'http://10.0.0.1:3128', '--proxy-login-stdin'];
    const { code } = await added(made, 'work', options, `${key}\nann:planted\n`);
    expect(code).toBe(0);
    expect((await shown(made, 'work')).proxyHasLogin).toBe(true);
    const one = await added(made, 'other', options, key);
    expect(one.err).toContain('[secret-lines]');
  });

  test('takes the certificates of a file into the account', async () => {
    const made = bench();
    const { cert, key: privateKey } = aCertificate(made.folder, 'Company Root');
    await added(made, 'work', ['--extra-ca', cert]);
    expect((await shown(made, 'work')).extraCa).toMatchObject([{ subject: 'Company Root' }]);
    const wrong = await added(made, 'other', ['--extra-ca', privateKey]);
    expect(wrong.err).toContain('--extra-ca: holds a private key');
    expect((await made.run(['auth', 'set', 'work', '--extra-ca', 'none'])).code).toBe(0);
    expect((await shown(made, 'work')).extraCa).toEqual([]);
  });

  test('of an account that signs in says what comes next, and where it stands until then', async () => {
    const made = bench();
    mkdirSync(made.home);
    const provider = '[providers.company]\nissuer = "https://login.example.com"\nclient_id = "x"\n';
    writeFileSync(join(made.home, 'config.toml'), provider);
    const add = (more: string[]) =>
      made.run(['auth', 'add', 'team', '--kind', 'oauth', '--provider', 'company', ...more]);
    expect((await add([])).err).toContain('--base-url: must say where its calls go');
    writeFileSync(join(made.home, 'config.toml'), `${provider}base_url = "https://gateway.example.com"\n`);
    const done = await add([]);
    expect(done.err).toContain('Sign in next: claude-code-proxy auth login team');
    expect(await shown(made, 'team')).toMatchObject({
      baseUrl: 'https://gateway.example.com',
      signIn: { provider: 'company', isSignedIn: false },
      standing: { is: 'signed-out', reason: 'not signed in yet' },
    });
  });
});

describe('auth show', () => {
  test('of a sign-in tells provider and expiry, never the token', async () => {
    const made = bench();
    const stores = await storesOf(made);
    await stores.accounts.add({
      name: 'team',
      kind: 'oauth',
      provider: 'company',
      baseUrl: 'https://gateway.example.com',
    });
    const expiresAt = Date.now() + 3 * 3_600_000;
    await stores.accounts.signIn('team', aTokenSet('planted', { expiresAt, label: 'ann@example.com' }));
    await stores.close();
    const { out } = await made.run(['auth', 'show', 'team']);
    expect(out).toMatch(
      /sign-in {3}at company as ann@example\.com, token expires in 3 h, with a refresh token/,
    );
    expect(out + (await made.run(['auth', 'show', 'team', '--json'])).out).not.toContain('planted');
  });
});

describe('auth test', () => {
  test('asks for nothing that is paid, through the running proxy or without one', async () => {
    const upstream = await anUpstream(() => json(200, { data: [] }));
    const made = bench();
    await added(made, 'work', ['--base-url', upstream.url]);
    const alone = await made.run(['auth', 'test', 'work']);
    expect(alone.out).toMatch(/^work: works \(\d+ ms\)\n$/);
    await made.start(['serve', '--port', '0']);
    const { out } = await made.run(['auth', 'test', 'work', '--json']);
    expect(parsed<object>(out)).toMatchObject({ account: 'work', works: true, status: 200 });
    expect(upstream.calls.map(({ target }) => target)).toEqual(['/v1/models?limit=1', '/v1/models?limit=1']);
    await upstream.close();
  });

  test('says what is wrong and what to do, and exits by it', async () => {
    const upstream = await anUpstream(() => apiError(401, 'authentication_error'));
    const made = bench();
    await added(made, 'work', ['--base-url', upstream.url]);
    const refused = await made.run(['auth', 'test', 'work']);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(
      'work: is refused its credential (401): authentication_error from upstream',
    );
    expect(refused.err).toContain('fix: Give it a new one');
    await upstream.close();
    const gone = await made.run(['auth', 'test', 'work']);
    expect(gone.code).toBe(5);
    expect(gone.out).toContain('nothing listens there');
  });
});

describe('auth export and import', () => {
  test('bring the same accounts elsewhere, through running proxies', async () => {
    const [here, there] = [bench(), bench()];
    const upstream = await anUpstream(() => json(200, { data: [] }));
    const { cert } = aCertificate(here.folder, 'Company Root');
    const proxy = ['--proxy', 'socks5://10.0.0.1:1080', '--proxy-login-stdin', '--extra-ca', cert];
    await added(here, 'work', ['--priority', '3', '--header', 'x-team: a', ...proxy], `${key}\nann:planted`);
    await added(here, 'direct', ['--base-url', upstream.url, '--max-concurrent', '2']);
    const stores = await storesOf(here);
    await stores.accounts.add({
      name: 'team',
      kind: 'oauth',
      provider: 'company',
      baseUrl: 'https://gateway.example.com',
    });
    await stores.accounts.signIn('team', aTokenSet('planted', { expiresAt: 4e12 }));
    await stores.close();
    await here.start(['serve', '--port', '0']);
    await there.start(['serve', '--port', '0']);
    const input = 'a long passphrase';
    const sealed = join(here.folder, 'accounts.sealed');
    const exported = await here.run(['auth', 'export', '--output', sealed, '--passphrase-stdin'], { input });
    expect(exported.out).toContain('3 accounts');
    expect(statSync(sealed).mode & 0o777).toBe(0o600);
    expect(readFileSync(sealed, 'latin1')).not.toContain('planted');
    const imported = await there.run(['auth', 'import', sealed, '--passphrase-stdin'], { input });
    expect(imported.out).toBe('added     work\nadded     direct\nadded     team\n');
    // But for what each proxy has met with by itself.
    const own = /"(?:createdAt|updatedAt|nextRefreshAt|lastFailure)": (?:"[^"]*"|null|\{[^}]*\})/g;
    const list = async (made: Bench): Promise<string> =>
      (await made.run(['auth', 'list', '--json'])).out.replaceAll(own, '');
    expect(await list(there)).toBe(await list(here));
    expect((await there.run(['auth', 'test', 'direct'])).out).toContain('works');
    expect(upstream.served()).toEqual([key]);
    const other = await storesOf(there);
    const [work, , team] = other.accounts.list();
    expect((await other.accounts.secret(work?.proxyLogin ?? ''))?.reveal()).toBe('ann:planted');
    expect(other.accounts.tokens.latest(team?.id ?? '')?.refresh?.reveal()).toBe('refresh-planted');
    await other.close();
    await upstream.close();
  }, 60_000);

  test('take names from the file of the original, leave its sign-ins out, and say what to add instead', async () => {
    const made = bench();
    const path = join(made.folder, 'accounts.json');
    const tokens = {
      accessToken: 'sk-ant-oat01-planted',
      refreshToken: 'sk-ant-ort01-planted',
      expiresAt: 1,
    };
    writeFileSync(path, JSON.stringify({ version: 1, accounts: { work: tokens, home: tokens } }));
    const { code, out, err } = await made.run(['auth', 'import', path]);
    expect(code).toBe(0);
    expect(out).toBe('added     work\nadded     home\n');
    expect(err).toContain('the sign-ins of Claude.ai left out');
    expect(err).toContain('auth set NAME --new-secret');
    expect(err).toContain('--kind passthrough');
    expect((await shown(made, 'work')).standing).toMatchObject({
      is: 'signed-out',
      reason: 'it has no key yet',
    });
    const given = await made.run(['auth', 'set', 'work', '--secret-stdin'], { input: key });
    expect(given.code).toBe(0);
    expect((await shown(made, 'work')).standing.is).toBe('ready');
  });

  test("refuse Claude Code's own sign-in", async () => {
    const made = bench();
    const path = join(made.folder, '.credentials.json');
    writeFileSync(path, JSON.stringify({ claudeAiOauth: { accessToken: 'sk-ant-oat01-planted' } }));
    const { code, err } = await made.run(['auth', 'import', path]);
    expect(code).toBe(6);
    expect(err).toContain('[import-own-sign-in]');
  });

  test('take a folder of files as containers mount it, with its secrets, into the vault', async () => {
    const made = bench();
    const folder = join(made.folder, 'mounted');
    mkdirSync(folder);
    writeFileSync(join(folder, 'key'), key);
    writeFileSync(
      join(folder, 'a.toml'),
      '[[accounts]]\nname = "work"\nkind = "api-key"\nsecret_file = "key"\n',
    );
    writeFileSync(
      join(folder, 'b.json'),
      '{"accounts":[{"name":"env","kind":"token","secret_env":"TEAM_TOKEN"}]}',
    );
    const { out } = await made.run(['auth', 'import', folder], { env: { TEAM_TOKEN: 'planted-token' } });
    expect(out).toBe('added     work\nadded     env\n');
    expect((await shown(made, 'work')).from).toBe(null);
  });

  test('want a yes for tokens that look like a consumer sign-in', async () => {
    const made = bench();
    const path = join(made.folder, 'accounts.toml');
    writeFileSync(
      path,
      '[[accounts]]\nname = "work"\nkind = "token"\nsecret = "sk-ant-oat01-planted"\naccept_terms = true\n',
    );
    const refused = await made.run(['auth', 'import', path]);
    expect(refused.code).toBe(6);
    expect(refused.err).toContain('Anthropic');
    expect((await made.run(['auth', 'import', path, '--accept-terms'])).out).toBe('added     work\n');
  });
});

describe('accounts of a mounted file', () => {
  const described = (name: string, more = ''): string =>
    `[[accounts]]\nname = "${name}"\nkind = "api-key"\nsecret = "${key}"\n${more}`;

  test('are served, listed with their file, and changed by it alone, while the proxy runs', async () => {
    const made = bench();
    const path = join(made.folder, 'accounts.toml');
    writeFileSync(path, described('mounted'));
    const env = { CCPROXY_ACCOUNTS_FILE: path };
    await made.start(['serve', '--port', '0'], { env });
    const { out } = await made.run(['auth', 'list']);
    expect(out).toMatch(/^NAME .* FROM\nmounted .* \/\S*accounts\.toml\n$/);
    const refused = await made.run(['auth', 'set', 'mounted', '--priority', '1']);
    expect(refused.code).toBe(6);
    expect(refused.err).toContain(`stands in ${path}`);
    writeFileSync(`${path}.new`, described('mounted', 'priority = 7\n') + described('second'));
    renameSync(`${path}.new`, path);
    await until(async () => (await made.run(['auth', 'list'])).out.includes('second'));
    expect((await shown(made, 'mounted')).priority).toBe(7);
  });

  test('are listed without a running proxy too, and what is wrong with a file is said', async () => {
    const made = bench();
    const path = join(made.folder, 'accounts.toml');
    writeFileSync(path, described('mounted'));
    const env = { CCPROXY_ACCOUNTS_FILE: path };
    expect((await made.run(['auth', 'list'], { env })).out).toContain(path);
    writeFileSync(path, 'planted');
    const broken = await made.run(['auth', 'list'], { env });
    expect(broken.err).toContain('a file of accounts cannot be used');
    expect(broken.err).not.toContain('planted');
  });

  test('count for doctor, whether the proxy runs or not', async () => {
    const made = bench();
    const path = join(made.folder, 'accounts.toml');
    writeFileSync(path, described('mounted'));
    const env = { CCPROXY_ACCOUNTS_FILE: path };
    const doctor = async (): Promise<string> =>
      (await made.run(['doctor', '--offline'], { env })).out
        .split('\n')
        .find((line) => line.includes(' accounts ')) ?? '';
    expect(await doctor()).toContain(`none is stored; those in ${path} are read at the start`);
    await made.start(['serve', '--port', '0'], { env });
    expect(await doctor()).toContain('1 of 1 ready');
  });
});
