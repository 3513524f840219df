import { beforeEach, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, benches, parsed } from '../help/a-command.ts';
import { describeSecretService, type Keyring, keyrings } from '../help/a-keyring.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const bench = benches();
const keyring = keyrings();
const secret = 'sk-ant-api03-planted-secret-0123456789';
const headless = { CCPROXY_VAULT_BACKEND: 'auto' };

interface View {
  backend: string;
  detail: string;
  secrets: number;
  problem: { code: string; title: string } | null;
}

let made: Bench;

beforeEach(() => {
  made = bench();
});

/** Adds an account of this secret. */
function add(name: string, env: Record<string, string>, words: readonly string[] = []) {
  return made.run(['auth', 'add', name, '--kind', 'api-key', '--secret-stdin', ...words], {
    input: secret,
    env,
  });
}

async function look(env: Record<string, string>): Promise<View> {
  return parsed<View>((await made.run(['auth', 'vault', 'status', '--json'], { env })).out);
}

/** What `doctor` says of the vault. */
async function examined(env: Record<string, string>): Promise<{ is: string; says: string; fix?: string }> {
  const { out } = await made.run(['doctor', '--offline', '--json'], { env: { CCPROXY_PORT: '0', ...env } });
  const { checks } = parsed<{ checks: { name: string; is: string; says: string }[] }>(out);
  return checks.find(({ name }) => name === 'vault') ?? { is: 'nothing', says: '' };
}

const files = (): string[] => readdirSync(made.home).filter((name) => !name.includes('.lock-'));

describeSecretService('with a real Secret Service', () => {
  let service: Keyring;
  let env: Record<string, string>;

  beforeEach(async () => {
    service = await keyring();
    await service.serve('password');
    env = { ...headless, DBUS_SESSION_BUS_ADDRESS: service.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' };
  });

  test('the key of the first secret goes into it, an account serves, and nothing lies in plain beside the vault', async () => {
    const upstream = await anUpstream(() => message());
    const added = await add('work', env, ['--base-url', upstream.url]);
    expect({ code: added.code, err: added.err }).toEqual({
      code: 0,
      err: expect.not.stringContaining('KEY FILE'),
    });
    expect(files()).not.toContain('vault.key');
    expect(await look(env)).toMatchObject({
      backend: 'keychain',
      detail: 'the Secret Service',
      problem: null,
    });
    expect(await examined(env)).toMatchObject({
      is: 'ok',
      says: '1 secret, key in the Secret Service (keychain)',
    });
    const proxy = await made.start(['serve', '--port', '0'], { env });
    const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1, messages: [] });
    await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body });
    await proxy.stop();
    await upstream.close();
    expect(upstream.served()).toEqual([secret]);
    for (const name of [...files(), 'logs/proxy.log'].filter((one) => one !== 'logs'))
      expect(readFileSync(join(made.home, name), 'latin1')).not.toContain('planted-secret');
    expect((await made.run(['auth', 'remove', 'work', '--yes'], { env })).code).toBe(0);
  });

  test('when it is locked, everything that needs the vault says so and touches nothing', async () => {
    await add('work', env);
    await service.serve();
    const before = readFileSync(join(made.home, 'credentials.json'), 'utf8');
    const serving = await made.run(['serve', '--port', '0'], { env });
    expect(serving.code).toBe(5);
    expect(serving.err).toContain(
      '[vault-keychain-silent]: The Secret Service does not answer: it is locked.',
    );
    expect((await add('more', env)).code).toBe(5);
    expect((await look(env)).problem).toMatchObject({ code: 'vault-keychain-silent' });
    expect(await examined(env)).toMatchObject({ is: 'fail', fix: expect.stringContaining('Unlock it') });
    expect(readFileSync(join(made.home, 'credentials.json'), 'utf8')).toBe(before);
    expect(files()).not.toContain('vault.key');
    await service.serve('password');
    expect((await add('more', env)).code).toBe(0);
  });

  test('when the session is gone, the cause is the session', async () => {
    await add('work', env);
    expect((await made.run(['auth', 'list'], { env: headless })).err).toContain(
      'this process has no D-Bus session',
    );
    await service.quit();
    expect((await made.run(['auth', 'list'], { env })).err).toContain(
      'no Secret Service runs in this session',
    );
    expect(files()).not.toContain('vault.key');
  });

  test('a key file moves into it and is gone, and back', async () => {
    await add('work', headless);
    expect(files()).toContain('vault.key');
    const moved = await made.run(['auth', 'vault', 'rekey', '--to', 'keychain'], { env });
    expect(moved.out).toContain('it is in the Secret Service (keychain)');
    expect(files()).not.toContain('vault.key');
    expect(await look(env)).toMatchObject({ backend: 'keychain', secrets: 1, problem: null });
    expect((await made.run(['auth', 'vault', 'rekey', '--to', 'key-file'], { env })).code).toBe(0);
    expect(await look(headless)).toMatchObject({ backend: 'key-file', secrets: 1, problem: null });
  });

  test('a running proxy uses its own, for commands that have none', async () => {
    const proxy = await made.start(['serve', '--port', '0'], { env });
    expect((await add('work', headless)).err).toContain('The running proxy uses it');
    expect(await look(headless)).toMatchObject({ backend: 'keychain', problem: null });
    expect(await examined(headless)).toMatchObject({ is: 'ok' });
    const moved = await made.run(['auth', 'vault', 'rekey', '--to', 'key-file', '--json'], { env: headless });
    expect(parsed<object>(moved.out)).toMatchObject({ from: 'keychain', to: 'key-file', oldKeyIn: null });
    expect((await add('more', headless)).code).toBe(0);
    await proxy.stop();
    expect(await look(headless)).toMatchObject({ backend: 'key-file', secrets: 2, problem: null });
  });

  test('without a login keyring the key goes into a file, with the reason, once', async () => {
    const other = await keyring();
    await other.serve();
    const bare = { ...env, DBUS_SESSION_BUS_ADDRESS: other.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' };
    const first = await add('work', bare);
    expect(first.err).toContain('it has no login keyring');
    expect(first.err).toContain('A KEY FILE WAS MADE');
    expect((await add('more', bare)).err).not.toContain('A KEY FILE WAS MADE');
  });
});

if (process.platform === 'linux') {
  test('headless, the key goes into a file that only its owner can read, with the reason, once', async () => {
    const first = await add('work', headless);
    expect(first.code).toBe(0);
    expect(first.err).toContain('this process has no D-Bus session');
    expect(first.err).toContain('A KEY FILE WAS MADE');
    expect((await add('more', headless)).err).not.toContain('KEY FILE');
    expect(await examined(headless)).toMatchObject({
      is: 'warn',
      says: expect.stringContaining('vault.key'),
    });
    expect(existsSync(join(made.home, 'vault.key'))).toBe(true);
  });

  test('where only the keychain is allowed, nothing is stored without one', async () => {
    const refused = await add('work', { CCPROXY_VAULT_BACKEND: 'keychain' });
    expect(refused.code).toBe(5);
    expect(refused.err).toContain('[vault-keychain-silent]');
    expect(files()).not.toContain('vault.key');
    expect(files()).not.toContain('credentials.json');
  });
}
