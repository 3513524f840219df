import { expect, test } from 'bun:test';
import { keychainPlace, noKeychain } from '../../src/credentials/keychain.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';
import { problemOf } from '../help/a-problem.ts';
import { MemoryKeychain } from './a-keychain.ts';

const headerFor = (key: string) => ({ key, backend: 'keychain', passphrase: undefined }) as const;

test('keys lie in items of their own, found by their id', async () => {
  const keychain = new MemoryKeychain();
  const place = keychainPlace(keychain);
  const [old, fresh] = [VaultKey.random(), VaultKey.random()];
  await place.keep?.(old);
  expect(await place.keep?.(fresh)).toEqual(headerFor(fresh.id));
  expect((await place.keys(headerFor(old.id))).map(({ id }) => id)).toEqual([old.id]);
  await place.forget?.(old.id);
  expect(await place.keys(headerFor(old.id))).toEqual([]);
  expect((await place.keys(headerFor(fresh.id))).map(({ id }) => id)).toEqual([fresh.id]);
});

test('an item that holds something else is no key', async () => {
  const keychain = new MemoryKeychain();
  keychain.items.set('vault key abc', 'hunter2');
  expect(await keychainPlace(keychain).keys(headerFor('abc'))).toEqual([]);
});

test('before there is a key nothing is asked', async () => {
  const keychain = new MemoryKeychain();
  expect(await keychainPlace(keychain).keys(headerFor(''))).toEqual([]);
  expect(keychain.asked).toEqual([]);
});

test('a program that uses none has one that never answers', async () => {
  for (const asked of [noKeychain.probe(), noKeychain.get('x'), noKeychain.delete('x')]) {
    expect((await problemOf(asked)).code).toBe('vault-keychain-silent');
  }
});
