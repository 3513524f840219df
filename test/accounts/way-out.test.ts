import { expect, test } from 'bun:test';
import { hasWayOut, readWayOut } from '../../src/accounts/way-out.ts';
import { Secret } from '../../src/base/secret.ts';
import { anAccount } from '../help/an-account.ts';
import { problemOf } from '../help/a-problem.ts';

const knows = (login?: string) => (entry: string) =>
  Promise.resolve(login === undefined ? undefined : new Secret(entry === 'acc_a.proxy.1' ? login : 'wrong'));

test('an account without a way of its own takes the usual one', () => {
  expect(hasWayOut(anAccount('a'))).toBe(false);
  expect(hasWayOut(anAccount('a', { proxy: 'http://10.0.0.1:3128' }))).toBe(true);
  expect(hasWayOut(anAccount('a', { extraCa: 'PEM' }))).toBe(true);
});

test('a proxy that wants nothing is told nothing', async () => {
  const account = anAccount('a', { proxy: 'http://10.0.0.1:3128', extraCa: 'PEM' });
  const { proxy, extraCa } = await readWayOut(account, knows('ann:secret'));
  expect(proxy?.href).toBe('http://10.0.0.1:3128/');
  expect(extraCa).toBe('PEM');
});

test('user name and password of the vault come with the proxy, whatever characters they have', async () => {
  const account = anAccount('a', { proxy: 'socks5://10.0.0.1:1080', proxyLogin: 'acc_a.proxy.1' });
  const { proxy } = await readWayOut(account, knows('änn:p@ss:/ wörd'));
  expect(decodeURIComponent(proxy?.username ?? '')).toBe('änn');
  expect(decodeURIComponent(proxy?.password ?? '')).toBe('p@ss:/ wörd');
  expect(proxy?.host).toBe('10.0.0.1:1080');
});

test('a login that the vault has lost is a problem: nothing goes out another way', async () => {
  const account = anAccount('a', { proxy: 'http://10.0.0.1:3128', proxyLogin: 'acc_a.proxy.1' });
  expect((await problemOf(readWayOut(account, knows()))).code).toBe('proxy-login-missing');
});
