import { expect, test } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { Secret } from '../../src/base/secret.ts';
import { rememberedWaysOut } from '../../src/server/ways-out.ts';
import { anAccount } from '../help/an-account.ts';

function remembering(logins: string[] = []) {
  let asked = 0;
  const wayOutOf = rememberedWaysOut(() => {
    asked += 1;
    const login = logins.shift();
    return login === undefined ? Promise.reject(new Error('no vault')) : Promise.resolve(new Secret(login));
  });
  return { wayOutOf, asked: () => asked };
}

const proxy = 'http://10.0.0.1:3128';
const work = anAccount('work', { proxy, proxyLogin: 'acc_work.proxy.1' });
const later = (account: Account, more: Partial<Account>): Account => ({
  ...account,
  updatedAt: account.updatedAt + 1,
  ...more,
});

test('an account without a way of its own costs nothing', () => {
  expect(remembering().wayOutOf(anAccount('a'))).toBeUndefined();
});

test('the way is worked out once, and at hand afterwards', async () => {
  const { wayOutOf, asked } = remembering(['ann:one']);
  const first = await wayOutOf(work);
  expect(first?.proxy?.password).toBe('one');
  expect(wayOutOf({ ...work })).toBe(first);
  expect(asked()).toBe(1);
});

test('another name keeps the way and so its connections; another password does not', async () => {
  const { wayOutOf } = remembering(['ann:one', 'ann:one', 'ann:two']);
  const first = await wayOutOf(work);
  expect(await wayOutOf(later(work, { name: 'home' }))).toBe(first);
  const other = await wayOutOf(later(work, { updatedAt: 9, proxyLogin: 'acc_work.proxy.2' }));
  expect(other?.proxy?.password).toBe('two');
  expect(other).not.toBe(first);
});

test('accounts that go the same way share it', async () => {
  const { wayOutOf } = remembering();
  const [a, b] = [anAccount('a', { proxy }), anAccount('b', { proxy })];
  expect(await wayOutOf(a)).toBe(await wayOutOf(b));
  expect(await wayOutOf(anAccount('c', { proxy, extraCa: 'PEM' }))).not.toBe(await wayOutOf(a));
});

test('a vault that fails is asked again with the next call', async () => {
  const { wayOutOf } = remembering();
  expect(Promise.resolve(wayOutOf(work))).rejects.toThrow('no vault');
  expect(Promise.resolve(wayOutOf(work))).rejects.toThrow('no vault');
});
