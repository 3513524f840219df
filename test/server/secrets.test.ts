import { expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { rememberedSecrets } from '../../src/server/secrets.ts';
import { anAccount } from '../help/an-account.ts';

test('a key is read once, until its account changes', async () => {
  let reads = 0;
  const secret = (): Promise<Secret> => Promise.resolve(new Secret(`key-${(reads += 1)}`));
  const secretOf = rememberedSecrets({ secret }, { accessOf: () => new Secret('not asked for') });
  const first = await secretOf(anAccount('a'));
  expect(secretOf(anAccount('a'))).toBe(first!);
  expect((await secretOf(anAccount('a', { updatedAt: 1 })))?.reveal()).toBe('key-2');
});

test('a sign-in uses the latest token that the account has', async () => {
  let token = 'access-1';
  const secret = (): Promise<undefined> => Promise.resolve(undefined);
  const secretOf = rememberedSecrets({ secret }, { accessOf: () => new Secret(token) });
  const account = anAccount('a', { kind: 'oauth', provider: 'corp' });
  expect((await secretOf(account))?.reveal()).toBe('access-1');
  token = 'access-2';
  expect((await secretOf(account))?.reveal()).toBe('access-2');
});
