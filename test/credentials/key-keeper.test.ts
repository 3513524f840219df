import { beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { type Given, givenFrom } from '../../src/credentials/given.ts';
import { openVault, type VaultOptions } from '../../src/credentials/open.ts';
import type { KeyedVault, VaultBackend } from '../../src/credentials/vault.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { givenForTests, passphrase } from './a-given.ts';
import { MemoryKeychain } from './a-keychain.ts';

const folder = temporaryFolders();
let home = '';
let file = '';
let keychain = new MemoryKeychain();

beforeEach(() => {
  home = join(folder(), 'home');
  file = join(home, 'credentials.json');
  keychain = new MemoryKeychain();
});

function open(options: Partial<VaultOptions> = {}): Promise<KeyedVault> {
  const paths = { home, credentials: file };
  return openVault({
    paths,
    given: givenForTests,
    keychain,
    createKey: 'create',
    log: silentLog,
    ...options,
  });
}

/** What variables and settings give. */
function given(env: Record<string, string>, settings: Partial<Given['settings']> = {}): Given {
  return givenFrom(env, { ...defaultSettings.vault, ...settings });
}

/** Where the file says that its key is. */
function recorded(): unknown {
  const content: { backend: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  return content.backend;
}

/** Stores the first secret. */
async function begin(options: Partial<VaultOptions> = {}): Promise<KeyedVault> {
  const vault = await open(options);
  await vault.set('a', new Secret('first'));
  return vault;
}

describe('the key of a new vault', () => {
  test('goes into the keychain, where that answers', async () => {
    const vault = await begin();
    expect(recorded()).toBe('keychain');
    expect(keychain.items.size).toBe(1);
    expect(existsSync(join(home, 'vault.key'))).toBe(false);
    expect(vault.describe()).toEqual({ backend: 'keychain', detail: 'the test keychain', hasKey: true });
    expect((await (await open()).get('a'))?.reveal()).toBe('first');
  });

  test('goes into a key file where none answers and nobody can be asked, with the reason', async () => {
    keychain.silence = 'no-session-bus';
    const log = new MemoryLog();
    await begin({ log });
    expect(recorded()).toBe('key-file');
    expect(log.events('warn')).toEqual([
      'the key of the vault goes into a file, as no keychain keeps it',
      'A KEY FILE WAS MADE FOR THE VAULT: who can read it can read your secrets',
    ]);
    expect(log.lines[0]?.facts['reason']).toContain('no D-Bus session');
  });

  test('is asked for where somebody can be: the choice is theirs', async () => {
    keychain.silence = 'locked';
    const vault = await open({ createKey: 'ask' });
    expect(await vault.prepare()).toMatchObject({ is: 'undecided', wants: 'place' });
    expect((await problemOf(vault.set('a', new Secret('x')))).code).toBe('vault-key-needed');
    expect(await vault.prepare({ backend: 'passphrase', passphrase })).toEqual({ is: 'ready' });
    await vault.set('a', new Secret('x'));
    expect(recorded()).toBe('passphrase');
    expect((await (await open()).get('a'))?.reveal()).toBe('x');
  });

  test('chosen to be a key file is one', async () => {
    keychain.silence = 'locked';
    const vault = await open({ createKey: 'ask' });
    expect(await vault.prepare({ backend: 'key-file' })).toEqual({ is: 'ready' });
    await vault.set('a', new Secret('x'));
    expect(recorded()).toBe('key-file');
  });

  const mounted = (): string => {
    const path = join(folder(), 'vault-key');
    writeFileSync(path, VaultKey.random().toText(), { mode: 0o600 });
    return path;
  };

  test.each([
    ['environment', () => given({ CCPROXY_VAULT_KEY: 'ab'.repeat(32) })],
    ['key-file', () => given({}, { keyFile: mounted() })],
    ['systemd', () => given({ CREDENTIALS_DIRECTORY: join(mounted(), '..') })],
    ['passphrase', () => given({ CCPROXY_VAULT_PASSPHRASE: 'correct horse' })],
    ['key-file', () => given({}, { backend: 'key-file' })],
  ] satisfies [VaultBackend, () => Given][])(
    'is the one that was given, before any keychain: %s',
    async (backend, make) => {
      await begin({ given: make(), createKey: 'ask' });
      expect(recorded()).toBe(backend);
      expect(keychain.asked).toEqual([]);
    },
  );

  test('that only the keychain may keep waits for it', async () => {
    keychain.silence = 'locked';
    const vault = await open({ given: given({}, { backend: 'keychain' }) });
    expect((await problemOf(vault.set('a', new Secret('x')))).code).toBe('vault-keychain-silent');
    expect(existsSync(file)).toBe(false);
  });

  test('that only the environment may hold is missing there', async () => {
    const vault = await open({ given: given({}, { backend: 'environment' }) });
    expect((await problemOf(vault.set('a', new Secret('x')))).code).toBe('vault-key-needed');
  });

  test('that the settings want sealed needs a passphrase', async () => {
    const vault = await open({ given: given({}, { backend: 'passphrase' }) });
    expect(await vault.prepare()).toMatchObject({ is: 'undecided', wants: 'passphrase' });
    expect((await problemOf(vault.set('a', new Secret('x')))).code).toBe('vault-passphrase-needed');
    expect(await vault.prepare({ backend: 'passphrase', passphrase })).toEqual({ is: 'ready' });
    await vault.set('a', new Secret('x'));
    expect(recorded()).toBe('passphrase');
  });

  test('is the one a crash left in the key file before there was a vault', async () => {
    mkdirSync(home, { mode: 0o700 });
    const key = VaultKey.random();
    writeFileSync(join(home, 'vault.key'), key.toText(), { mode: 0o600 });
    await begin();
    expect(recorded()).toBe('key-file');
    expect(readFileSync(file, 'utf8')).toContain(key.id);
  });

  test('stays the key when every secret was deleted', async () => {
    const vault = await begin();
    await vault.delete('a');
    await (await open()).set('b', new Secret('second'));
    expect(keychain.items.size).toBe(1);
  });
});

describe('the key of a vault that holds secrets', () => {
  test('is never replaced because its keychain is silent', async () => {
    await begin();
    const before = readFileSync(file, 'utf8');
    keychain.silence = 'locked';
    const problem = await problemOf(open());
    expect(problem.code).toBe('vault-keychain-silent');
    expect(problem.message).toContain('it is locked');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(existsSync(join(home, 'vault.key'))).toBe(false);
  });

  test('that is gone from a keychain that answers is missing', async () => {
    await begin();
    keychain.items.clear();
    const problem = await problemOf(open());
    expect(problem.code).toBe('vault-key-missing');
    expect(problem.message).toContain('the test keychain');
  });

  test('opens it from a copy, given in the environment', async () => {
    await begin();
    const [text = ''] = keychain.items.values();
    keychain.silence = 'no-service';
    const vault = await open({ given: given({ CCPROXY_VAULT_KEY: text }) });
    expect((await vault.get('a'))?.reveal()).toBe('first');
    await vault.set('b', new Secret('second'));
    expect(recorded()).toBe('keychain');
  });

  test('is not passed over for another one that was given', async () => {
    await begin();
    const problem = await problemOf(open({ given: given({ CCPROXY_VAULT_KEY: 'ab'.repeat(32) }) }));
    expect(problem.code).toBe('vault-wrong-key');
    expect(problem.fix).toContain('unset CCPROXY_VAULT_KEY');
  });

  test('is not looked for where the settings forbid it', async () => {
    await begin();
    const problem = await problemOf(open({ given: given({}, { backend: 'passphrase' }) }));
    expect(problem.code).toBe('vault-backend-differs');
    expect(problem.fix).toContain('rekey --to passphrase');
    const allowed = await open({ given: given({}, { backend: 'keychain' }) });
    expect((await allowed.get('a'))?.reveal()).toBe('first');
  });

  test('in a vault of before places were written down is looked for in the key file, and noted', async () => {
    keychain.silence = 'locked';
    await begin();
    const content: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
    const { backend: _, ...older } = content;
    writeFileSync(file, JSON.stringify(older));
    keychain.silence = undefined;
    const vault = await open();
    expect((await vault.get('a'))?.reveal()).toBe('first');
    await vault.set('b', new Secret('second'));
    expect(recorded()).toBe('key-file');
  });

  test('is asked for once, whatever is read', async () => {
    await begin();
    keychain.asked.length = 0;
    const vault = await open();
    await vault.set('b', new Secret('second'));
    await Promise.all([vault.get('a'), vault.get('b'), vault.ids()]);
    expect(keychain.asked).toEqual(['get']);
  });
});
