import { expect, test } from 'bun:test';
import { wayOutFor } from '../../src/update/way-out.ts';

const feed = 'https://releases.example.com/';

function out(env: Record<string, string>, url = feed): string | undefined {
  return wayOutFor(new URL(url), env)?.proxy?.href;
}

test('the proxy that the environment names is taken, in small letters or large', () => {
  expect(out({ https_proxy: 'http://proxy.corp:3128' })).toBe('http://proxy.corp:3128/');
  expect(out({ HTTPS_PROXY: 'proxy.corp:3128' })).toBe('http://proxy.corp:3128/');
  expect(out({ ALL_PROXY: 'socks5://proxy.corp:1080' })).toBe('socks5://proxy.corp:1080');
  expect(out({ https_proxy: 'http://small', HTTPS_PROXY: 'http://large' })).toBe('http://small/');
});

test('without one, with one for something else, or with one of another sort there is none', () => {
  expect(out({})).toBeUndefined();
  expect(out({ https_proxy: '', http_proxy: 'http://proxy.corp' })).toBeUndefined();
  expect(out({ https_proxy: 'ftp://proxy.corp' })).toBeUndefined();
  expect(out({ https_proxy: 'http://:' })).toBeUndefined();
});

test('this machine needs none', () => {
  expect(out({ http_proxy: 'http://proxy.corp' }, 'http://127.0.0.1:8080/')).toBeUndefined();
});

test.each([
  '*',
  'example.com',
  '.example.com',
  '*.example.com',
  'other.org, releases.example.com',
  'example.com:443',
])('no_proxy "%s" takes it away', (list) => {
  expect(out({ https_proxy: 'http://proxy.corp', no_proxy: list })).toBeUndefined();
});

test.each(['ample.com', 'example.com.evil.org', 'example.com:8443', ','])(
  'no_proxy "%s" does not',
  (list) => {
    expect(out({ https_proxy: 'http://proxy.corp', no_proxy: list })).toBe('http://proxy.corp/');
  },
);
