import { beforeEach, expect, test } from 'bun:test';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { type Given, nothingGiven } from '../../src/credentials/given.ts';
import { unopenedVault } from '../../src/credentials/open.ts';
import type { KeyedVault, VaultState } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { passphrase } from './a-given.ts';
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

function vault(given: Given = nothingGiven): KeyedVault {
  const paths = { home, credentials: file };
  return unopenedVault({ paths, given, keychain, createKey: 'create', log: silentLog });
}

const look = (given?: Given): Promise<VaultState> => vault(given).state();

test('an empty vault is no problem, has no key, and asks no keychain', async () => {
  expect(await look()).toEqual({
    path: file,
    secrets: 0,
    backend: undefined,
    detail: '',
    keyId: undefined,
    problem: undefined,
    backupAt: undefined,
    spareKeys: 0,
  });
  expect(keychain.asked).toEqual([]);
  expect(existsSync(home)).toBe(false);
});

test('one that opens says where its key is and when its backup was written', async () => {
  await vault().set('a', new Secret('x'));
  await vault().set('b', new Secret('y'));
  const state = await look();
  expect(state).toMatchObject({ secrets: 2, backend: 'keychain', detail: 'the test keychain' });
  expect(state.problem).toBeUndefined();
  expect(state.keyId).toMatch(/^[0-9a-f]{8}$/);
  expect(Math.abs((state.backupAt ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('one whose keychain is silent says so, and still where its key is', async () => {
  await vault().set('a', new Secret('x'));
  keychain.silence = 'locked';
  const state = await look();
  expect(state).toMatchObject({ secrets: 1, backend: 'keychain' });
  expect(state.problem?.code).toBe('vault-keychain-silent');
});

test('one that is sealed asks nobody', async () => {
  await vault().rekey({ backend: 'passphrase', passphrase });
  await vault({ ...nothingGiven, passphrase: () => Promise.resolve(passphrase) }).set('a', new Secret('x'));
  const state = await look();
  expect(state).toMatchObject({ secrets: 1, backend: 'passphrase' });
  expect(state.problem?.code).toBe('vault-passphrase-needed');
});

test('one that is damaged says so, and stays as it is', async () => {
  await vault().set('a', new Secret('x'));
  writeFileSync(file, '{"format":1');
  const before = readdirSync(home);
  const state = await look();
  expect(state).toMatchObject({ secrets: undefined, keyId: undefined });
  expect(state.problem?.code).toBe('vault-damaged');
  expect(readdirSync(home)).toEqual(before);
});
