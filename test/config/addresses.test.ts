import { describe, expect, test } from 'bun:test';
import {
  addressRange,
  baseUrl,
  collectorUrl,
  listenHost,
  origin,
  publicUrl,
  requestHost,
} from '../../src/config/addresses.ts';
import type { Kind } from '../../src/config/setting.ts';

/** What the text becomes, or in brackets what is wrong with it. */
function read(kind: Kind<string>, text: unknown): string {
  const result = kind.schema().safeParse(text);
  return result.success ? result.data : `(${result.error.issues[0]?.message})`;
}

describe('the address to listen on', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['[::1]', '::1'],
    ['::', '::'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['my-host.example.com', 'my-host.example.com'],
  ])('%s is taken', (text, host) => {
    expect(read(listenHost(), text)).toBe(host);
  });

  test.each([
    ['*', '(is "*"; for every address write "0.0.0.0" or "::")'],
    ['http://127.0.0.1', '(is a whole URL)'],
    ['127.0.0.1:8000', '(ends in a port)'],
    ['[::1]:8000', '(ends in a port)'],
    ['256.0.0.1', '(is not a host)'],
    ['127.1', '(is not a host)'],
    ['a b', '(is not a host)'],
    ['-x', '(is not a host)'],
    ['', '(is not a host)'],
    ['a..b', '(is not a host)'],
    ['a\nb', '(is not a host)'],
    ['x'.repeat(64), '(is not a host)'],
  ])('%p is refused', (text, wrong) => {
    expect(read(listenHost(), text)).toBe(wrong);
  });
});

describe('a host of the Host header', () => {
  test('is kept in lower case and without brackets', () => {
    expect(read(requestHost(), 'Proxy.Example.COM')).toBe('proxy.example.com');
    expect(read(requestHost(), '[2001:DB8::1]')).toBe('2001:db8::1');
    expect(read(requestHost(), 'container_1')).toBe('container_1');
  });

  test('is named in full: a wildcard would let every page in again', () => {
    expect(read(requestHost(), '*')).toStartWith('(holds a "*"');
    expect(read(requestHost(), '*.example.com')).toStartWith('(holds a "*"');
  });

  test('has no scheme and no port', () => {
    expect(read(requestHost(), 'https://proxy.example.com')).toBe('(is a whole URL)');
    expect(read(requestHost(), 'proxy.example.com:8000')).toBe('(ends in a port)');
  });
});

describe('an origin', () => {
  test.each([
    ['https://Tools.example.com', 'https://tools.example.com'],
    ['https://tools.example.com:443', 'https://tools.example.com'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['chrome-extension://AbCdEf', 'chrome-extension://abcdef'],
  ])('%s is taken', (text, value) => {
    expect(read(origin(), text)).toBe(value);
  });

  test.each([
    '*',
    'null',
    'tools.example.com',
    'https://',
    'https://a.example/x',
    'https://u@a.example',
    'file:///',
  ])('%s is refused', (text) => {
    expect(read(origin(), text)).toStartWith('(');
  });
});

describe('an address or a range', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '2001:db8::/32'])('%s is taken', (text) => {
    expect(read(addressRange(), text)).toBe(text);
  });

  test.each(['10.0.0', '10.0.0.0/33', 'fd00::/129', 'proxy', '10.0.0.1-10.0.0.9', '010.0.0.1', ''])(
    '%p is refused',
    (text) => {
      expect(read(addressRange(), text)).toStartWith('(');
    },
  );
});

describe('the URL of a collector', () => {
  test.each([
    ['http://collector:4318', 'http://collector:4318/'],
    ['https://collector.example/otlp/v1/metrics', 'https://collector.example/otlp/v1/metrics'],
  ])('%s is taken', (text, value) => {
    expect(read(collectorUrl(), text)).toBe(value);
  });

  test.each([
    'collector:4318',
    'ftp://collector',
    'https://u:p@collector.example',
    'https://a.example/?key=1',
  ])('%s is refused', (text) => {
    expect(read(collectorUrl(), text)).toStartWith('(');
  });
});

describe('the base URL of an upstream', () => {
  test.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com'],
    ['https://api.anthropic.com/', 'https://api.anthropic.com'],
    ['HTTP://Gateway.example:8080/anthropic//', 'http://gateway.example:8080/anthropic'],
    ['https://gateway.example/v1x', 'https://gateway.example/v1x'],
  ])('%s is taken', (text, value) => {
    expect(read(baseUrl(), text)).toBe(value);
  });

  test.each([
    ['api.anthropic.com', '(is not an absolute URL)'],
    ['ftp://api.anthropic.com', '(is not an absolute URL)'],
    ['https:api.anthropic.com', '(is not an absolute URL)'],
    [String.raw`https:\\api.anthropic.com`, '(is not an absolute URL)'],
    [' https://api.anthropic.com', '(is not an absolute URL)'],
    ['https://api.anthropic.com/v1/', '(ends in /v1, which the path of every call begins with)'],
    ['https://api.anthropic.com?x=1', '(has a query or fragment)'],
    ['https://api.anthropic.com/?', '(has a query or fragment)'],
    ['https://api.anthropic.com/#', '(has a query or fragment)'],
  ])('%p is refused', (text, wrong) => {
    expect(read(baseUrl(), text)).toBe(wrong);
  });

  test('is refused with credentials, and the refusal does not repeat them', () => {
    expect(read(baseUrl(), 'https://ann:hunter2@gateway.example')).toBe('(holds a user name or password)');
    expect(read(baseUrl(), 'https://hunter2@gateway.example')).not.toContain('hunter2');
  });
});

describe('the public URL', () => {
  test('is kept as its origin', () => {
    expect(read(publicUrl(), 'https://Proxy.Example.com/')).toBe('https://proxy.example.com');
    expect(read(publicUrl(), 'http://[::1]:8080')).toBe('http://[::1]:8080');
  });

  test('has no path, query or credentials', () => {
    expect(read(publicUrl(), 'https://proxy.example.com/claude')).toBe('(has a path)');
    expect(read(publicUrl(), 'https://proxy.example.com/?a')).toBe('(has a query or fragment)');
    expect(read(publicUrl(), 'https://u@proxy.example.com')).toBe('(holds a user name or password)');
    expect(read(publicUrl(), '/claude')).toBe('(is not an absolute URL)');
  });
});
