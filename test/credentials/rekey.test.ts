import { beforeEach, describe, expect, test } from 'bun:test';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault, type VaultOptions } from '../../src/credentials/open.ts';
import type { KeyedVault, RekeyTarget, VaultBackend } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { startScript } from '../help/a-process.ts';
import { givenForTests, passphrase } from './a-given.ts';
import { fileKeychain, MemoryKeychain } from './a-keychain.ts';

const folder = temporaryFolders();
const givenKey = new Secret('ab'.repeat(32));
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
  return openVault({ paths, given: givenForTests, keychain, createKey: 'ask', log: silentLog, ...options });
}

const targets: Readonly<Record<Exclude<VaultBackend, 'systemd'>, RekeyTarget>> = {
  keychain: { backend: 'keychain' },
  environment: { backend: 'environment', key: givenKey },
  'key-file': { backend: 'key-file' },
  passphrase: { backend: 'passphrase', passphrase },
};
type Place = keyof typeof targets;

/** What a process started later is given, where the key is in `place`. */
function givenAt(place: Place): Partial<VaultOptions> {
  return { given: place === 'environment' ? { ...givenForTests, key: givenKey } : givenForTests };
}

/** A vault with two secrets, as has its backup; its key is in `place`. */
async function filled(place: Place, options: Partial<VaultOptions> = {}): Promise<KeyedVault> {
  const vault = await open(options);
  await vault.rekey(targets[place]);
  await vault.set('a', new Secret('first'));
  await vault.set('b', new Secret('second'));
  await vault.set('c', new Secret('third'));
  return vault;
}

interface Content {
  key: string;
  backend: string;
  spare?: unknown;
  passphrase?: object;
  entries: Record<string, { jwe: string }>;
}

function content(path = file): Content {
  const read: Content = JSON.parse(readFileSync(path, 'utf8'));
  return read;
}

async function expectSecrets(vault: KeyedVault): Promise<void> {
  const secrets = await Promise.all(['a', 'b'].map(async (id) => (await vault.get(id))?.reveal()));
  expect(secrets).toEqual(['first', 'second']);
}

describe('a rekey', () => {
  for (const from of ['key-file', 'keychain', 'passphrase', 'environment'] as const) {
    for (const to of ['key-file', 'keychain', 'passphrase', 'environment'] as const) {
      if (from === 'environment' && to === 'environment') continue;
      test(`from ${from} to ${to} leaves one key, in its place, and a backup that it opens`, async () => {
        const vault = await filled(from, givenAt(from));
        const before = content();
        expect(before.backend).toBe(from);
        const done = await vault.rekey(targets[to]);
        const after = content();
        expect(done).toMatchObject({ from, to, keyId: after.key.slice(0, 8) });
        expect(done.oldKeyIn).toBe(from === 'environment' ? 'CCPROXY_VAULT_KEY' : undefined);
        expect(after).toMatchObject({ backend: to });
        expect(after.key).not.toBe(before.key);
        expect(after.spare).toBeUndefined();
        expect(after.passphrase !== undefined).toBe(to === 'passphrase');
        expect(existsSync(join(home, 'vault.key'))).toBe(to === 'key-file');
        expect([...keychain.items.keys()]).toEqual(to === 'keychain' ? [`vault key ${after.key}`] : []);
        await expectSecrets(vault);
        await expectSecrets(await open(givenAt(to)));
        copyFileSync(`${file}.bak`, file);
        await expectSecrets(await open(givenAt(to)));
      });
    }
  }

  test('encrypts every secret anew', async () => {
    const vault = await filled('key-file');
    const before = content();
    await vault.rekey(targets['key-file']);
    for (const id of ['a', 'b']) expect(content().entries[id]?.jwe).not.toBe(before.entries[id]?.jwe);
  });

  test('of an empty vault chooses where its key will be', async () => {
    const vault = await open();
    await vault.rekey(targets.passphrase);
    await vault.set('a', new Secret('first'));
    expect(content()).toMatchObject({ backend: 'passphrase' });
    expect((await (await open()).get('a'))?.reveal()).toBe('first');
  });

  test('is noticed by other processes at once', async () => {
    const vault = await filled('key-file');
    const other = await open();
    await expectSecrets(other);
    await vault.rekey(targets.keychain);
    await expectSecrets(other);
    await other.set('b', new Secret('changed'));
    expect((await vault.get('b'))?.reveal()).toBe('changed');
  });

  test('to the key in use already is refused', async () => {
    const vault = await filled('environment', givenAt('environment'));
    const before = readFileSync(file, 'utf8');
    expect((await problemOf(vault.rekey(targets.environment))).code).toBe('vault-same-key');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('to a place without a key that only somebody else can put there is refused', async () => {
    const vault = await filled('key-file');
    expect((await problemOf(vault.rekey({ backend: 'environment' }))).code).toBe('vault-key-needed');
    expect((await problemOf(vault.rekey({ backend: 'systemd' }))).code).toBe('vault-key-needed');
    expect((await problemOf(vault.rekey({ backend: 'passphrase' }))).code).toBe('vault-passphrase-needed');
    const short = { backend: 'passphrase', passphrase: new Secret('short') } as const;
    expect((await problemOf(vault.rekey(short))).code).toBe('vault-weak-passphrase');
    await expectSecrets(await open());
  });

  test('to a key file that the settings name takes the key in it, and leaves it there afterwards', async () => {
    const named = join(folder(), 'mounted');
    writeFileSync(named, `${givenKey.reveal()}\n`, { mode: 0o600 });
    const given = { ...givenForTests, settings: { ...givenForTests.settings, keyFile: named } };
    const vault = await filled('keychain', { given });
    const { keyId } = await vault.rekey(targets['key-file']);
    expect(content().key).toStartWith(keyId);
    expect(readFileSync(named, 'utf8')).toBe(`${givenKey.reveal()}\n`);
    expect(await vault.rekey(targets.keychain)).toMatchObject({ oldKeyIn: named });
    expect(readFileSync(named, 'utf8')).toBe(`${givenKey.reveal()}\n`);
  });

  test('stops before anything is changed when the keychain does not answer', async () => {
    const vault = await filled('key-file');
    const before = readFileSync(file, 'utf8');
    keychain.silence = 'locked';
    expect((await problemOf(vault.rekey(targets.keychain))).code).toBe('vault-keychain-silent');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('that cannot keep the new key keeps the old one, and leaves nothing behind', async () => {
    const vault = await filled('key-file');
    const before = content();
    keychain.set = () => Promise.reject(new Error('the disk of the keychain is full'));
    expect(vault.rekey(targets.keychain)).rejects.toThrow('is full');
    expect(content()).toEqual(before);
    await expectSecrets(await open());
  });

  test('with a spoilt secret is refused, and names it', async () => {
    const vault = await filled('key-file');
    const spoilt = content();
    spoilt.entries['b'] = { jwe: 'garbage' };
    writeFileSync(file, JSON.stringify(spoilt));
    const problem = await problemOf(vault.rekey(targets.passphrase));
    expect(problem.code).toBe('vault-damaged');
    expect(problem.message).toContain('"b"');
    expect(content()).toEqual(spoilt);
  });

  test('leaves an old key in the keychain for later when that falls silent, and removes it then', async () => {
    const log = new MemoryLog();
    const vault = await filled('keychain', { log });
    const erase = keychain.delete.bind(keychain);
    keychain.delete = () => Promise.reject(new Error('asleep'));
    expect(await vault.rekey(targets['key-file'])).toMatchObject({ oldKeyIn: 'the test keychain' });
    expect(log.events('warn')).toContain('a key that the vault no longer uses could not be removed');
    expect((await vault.state()).spareKeys).toBe(1);
    keychain.delete = erase;
    await expectSecrets(await open());
    expect(keychain.items.size).toBe(0);
    expect(content().spare).toBeUndefined();
  });
});

describe('another passphrase', () => {
  const next = new Secret('battery staple horse');

  test('opens the vault and its backup, and the old one nothing any more', async () => {
    const vault = await filled('passphrase');
    const { entries, key } = content();
    await vault.changePassphrase(passphrase, next);
    expect(content()).toMatchObject({ entries, key });
    const given = {
      ...givenForTests,
      passphrase: (again: boolean) => Promise.resolve(again ? undefined : next),
    };
    await expectSecrets(await open({ given }));
    expect((await problemOf(open())).code).toBe('vault-wrong-passphrase');
    copyFileSync(`${file}.bak`, file);
    expect((await problemOf(open())).code).toBe('vault-wrong-passphrase');
    await expectSecrets(await open({ given }));
  });

  test('is refused with a wrong one, with a short one, and where there is none to change', async () => {
    const vault = await filled('passphrase');
    const before = readFileSync(file, 'utf8');
    const refused = [vault.changePassphrase(next, next), vault.changePassphrase(passphrase, new Secret('x'))];
    const codes = await Promise.all(refused.map(async (one) => (await problemOf(one)).code));
    expect(codes).toEqual(['vault-wrong-passphrase', 'vault-weak-passphrase']);
    expect(readFileSync(file, 'utf8')).toBe(before);
    await vault.rekey(targets['key-file']);
    expect((await problemOf(vault.changePassphrase(passphrase, next))).code).toBe('vault-no-passphrase');
  });
});

describe('a process that is killed at any step of a rekey', () => {
  const script = new URL('rekey-and-die.ts', import.meta.url);

  /** Opens it as the next start would, and expects that nothing is lost and nothing left over. */
  async function expectWhole(from: Place, to: Place, where: string): Promise<void> {
    const stored = fileKeychain(join(home, '..', 'keychain.json'));
    const given = givenAt(content().backend === to ? to : from);
    await expectSecrets(await open({ keychain: stored, ...given }));
    const { backend, key, spare } = content();
    expect({ where, spare }).toEqual({ where, spare: undefined });
    const keys = existsSync(join(home, 'vault.key')) ? readFileSync(join(home, 'vault.key'), 'utf8') : '';
    expect({ where, keyFiles: keys.split('\n').length - 1 }).toEqual({
      where,
      keyFiles: backend === 'key-file' ? 1 : 0,
    });
    const path = join(home, '..', 'keychain.json');
    const items = existsSync(path) ? Object.keys(JSON.parse(readFileSync(path, 'utf8'))) : [];
    expect({ where, items }).toEqual({ where, items: backend === 'keychain' ? [`vault key ${key}`] : [] });
    copyFileSync(`${file}.bak`, file);
    await expectSecrets(await open({ keychain: stored, ...given }));
  }

  for (const [from, to] of [
    ['key-file', 'keychain'],
    ['keychain', 'passphrase'],
    ['passphrase', 'key-file'],
    ['key-file', 'key-file'],
    ['key-file', 'environment'],
  ] as const) {
    test(`from ${from} to ${to} loses nothing and leaves no key behind`, async () => {
      const whole = join(home, '..');
      await filled(from, { keychain: fileKeychain(join(whole, 'keychain.json')), ...givenAt(from) });
      const before = folder();
      cpSync(whole, before, { recursive: true });
      let killed = 0;
      for (;;) {
        const child = startScript(script, [home, to, String(killed + 1)]);
        const said = await new Response(child.stdout).text();
        await child.exited;
        await expectWhole(from, to, `after change ${killed + 1}`);
        if (said === 'done') break;
        expect(child.signalCode).toBe('SIGKILL');
        killed += 1;
        rmSync(whole, { recursive: true, force: true });
        cpSync(before, whole, { recursive: true });
      }
      // The new key, the file and its backup, and the last of it without the old key.
      expect(killed).toBeGreaterThanOrEqual(4);
    }, 120_000);
  }
});

test('what a write that was killed long ago left half done is gone after the next opening', async () => {
  await filled('key-file');
  const left = join(home, '.0123456789ab.tmp');
  writeFileSync(left, 'half a key');
  await open();
  expect(existsSync(left)).toBe(true);
  const clock = {
    now: () => Date.now() + 120_000,
    monotonic: () => performance.now(),
    after: () => () => {},
  };
  await open({ clock });
  expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
