import { beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { AccountTokens } from '../../src/accounts/account-tokens.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const folder = temporaryFolders();
let vault: Vault;
let mine: AccountTokens;
let theirs: AccountTokens;

/** Another process on the same home. */
async function opened(home: string): Promise<Vault> {
  const paths = { home, credentials: join(home, 'credentials.json') };
  return openVault({ paths, createKey: 'create', log: silentLog });
}

beforeEach(async () => {
  const home = folder();
  vault = await opened(home);
  mine = new AccountTokens(vault);
  theirs = new AccountTokens(await opened(home));
});

const access = async (tokens: AccountTokens): Promise<string | undefined> =>
  (await tokens.access('acc_1'))?.reveal();

test('tokens of a sign-in are there at once, in memory and for other processes', async () => {
  expect(await access(mine)).toBeUndefined();
  await mine.store('acc_1', aTokenSet('1'));
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-1');
  expect(mine.access('acc_1')).toBeInstanceOf(Secret);
  expect(await access(theirs)).toBe('access-1');
});

test('a refresh replaces the tokens it was made from', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  const after = await mine.replace('acc_1', first, aTokenSet('2'));
  expect(after?.access.reveal()).toBe('access-2');
  expect(mine.latest('acc_1')).toBe(after);
  expect((await theirs.read('acc_1'))?.refresh?.reveal()).toBe('refresh-2');
});

test('a refresh that comes second adopts what the first one stored', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  await theirs.replace('acc_1', first, aTokenSet('theirs'));
  const after = await mine.replace('acc_1', first, aTokenSet('mine'));
  expect(after?.access.reveal()).toBe('access-theirs');
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-theirs');
});

test('of two refreshes at one moment one wins, and both know it', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  const both = await Promise.all([
    mine.replace('acc_1', first, aTokenSet('mine')),
    theirs.replace('acc_1', first, aTokenSet('theirs')),
  ]);
  expect(both[0]?.access.reveal()).toBe(both[1]?.access.reveal() ?? '');
});

test('a refresh that ends after its account was removed brings nothing back', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  await vault.delete('acc_1');
  expect(await mine.replace('acc_1', first, aTokenSet('2'))).toBeUndefined();
  expect(await vault.ids()).toEqual([]);
  expect(mine.latest('acc_1')).toBeUndefined();
});

test('a reload takes over what others stored and forgets who is gone', async () => {
  await mine.store('acc_1', aTokenSet('1'));
  await mine.store('acc_2', aTokenSet('2'));
  await theirs.store('acc_1', aTokenSet('3'));
  await mine.reload(['acc_1']);
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-3');
  expect(mine.latest('acc_2')).toBeUndefined();
});
