import { describe, expect, test } from 'bun:test';
import {
  isEveryAddress,
  isIpv6,
  isLoopbackHost,
  isSafeUrl,
  withoutBrackets,
} from '../../src/config/hosts.ts';

describe('a host that reaches this machine alone', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '0000::0001',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ])('%s is one', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  test.each([
    '',
    '0.0.0.0',
    '::',
    '192.168.1.4',
    '128.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.1',
    '127.0.0.256',
    '0127.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.0.0.1:80',
    '::2',
    '::ffff:8.8.8.8',
    '1::1',
    '::1%lo',
    ' 127.0.0.1',
  ])('%p is none, or not for certain', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

test('every address of the machine has two names and their spellings', () => {
  expect(['0.0.0.0', '::', '[::]', '0:0:0:0:0:0:0:0'].map(isEveryAddress)).toEqual([true, true, true, true]);
  expect(['127.0.0.1', '::1', '0', ':', ''].map(isEveryAddress)).toEqual([false, false, false, false, false]);
});

test('an IPv6 address is known without its brackets', () => {
  expect(withoutBrackets('[fe80::1]')).toBe('fe80::1');
  expect(withoutBrackets('fe80::1')).toBe('fe80::1');
  expect(['fe80::1', '2001:DB8::', '::ffff:1.2.3.4'].map(isIpv6)).toEqual([true, true, true]);
  expect(['fe80', '1.2.3.4', ':::', 'g::1', '1:2:3:4:5:6:7:8:9', '[::1]'].some(isIpv6)).toBe(false);
});

test('credentials may travel over https, or within this machine', () => {
  for (const url of ['https://example.com', 'http://127.0.0.1:9000', 'http://localhost', 'http://[::1]'])
    expect(isSafeUrl(new URL(url)), url).toBe(true);
  for (const url of [
    'http://example.com',
    'http://localhost.example',
    'ftp://127.0.0.1',
    'javascript:alert(1)',
  ])
    expect(isSafeUrl(new URL(url)), url).toBe(false);
});
