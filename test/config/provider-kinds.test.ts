import { describe, expect, test } from 'bun:test';
import {
  clientId,
  endpoint,
  foreignVariable,
  identity,
  issuer,
  line,
  loopbackRedirect,
  parameters,
  providerName,
  resource,
  scope,
} from '../../src/config/provider-kinds.ts';
import type { Kind } from '../../src/config/setting.ts';

function read(kind: Kind<unknown>, value: unknown): unknown {
  const result = kind.schema().safeParse(value);
  if (result.success) return result.data;
  return result.error.issues.map(({ code, message }) => (code === 'custom' ? message : 'refused')).join();
}

describe('an issuer', () => {
  test('stays as it was written, letter by letter', () => {
    for (const text of [
      'https://idp.example',
      'https://idp.example/',
      'https://IDP.example/a/',
      'http://127.0.0.1:80',
    ])
      expect(read(issuer(), text)).toBe(text);
  });

  test('is https, or on this machine', () => {
    expect(read(issuer(), 'http://idp.example')).toBe('is not https, and secrets would travel unencrypted');
    expect(read(issuer(), 'http://localhost.example')).toContain('is not https');
    expect(read(issuer(), 'http://[::1]:9000')).toBe('http://[::1]:9000');
  });

  test('has no query, no fragment and no password', () => {
    expect(read(issuer(), 'https://idp.example?x')).toBe('has a query or fragment');
    expect(read(issuer(), 'https://a:b@idp.example')).toBe('holds a user name or password');
    expect(read(issuer(), 'idp.example')).toBe('is not an absolute URL');
  });
});

describe('an endpoint', () => {
  test('may have a query', () => {
    expect(read(endpoint(), 'https://idp.example/token?tenant=x')).toBe('https://idp.example/token?tenant=x');
  });

  test('is https, without fragment and password', () => {
    expect(read(endpoint(), 'http://idp.example/')).toContain('is not https');
    expect(read(endpoint(), 'https://idp.example/#x')).toBe('has a fragment');
    expect(read(endpoint(), 'https://idp.example/#')).toBe('has a fragment');
    expect(read(endpoint(), 'https://a@idp.example/')).toBe('holds a user name or password');
    expect(read(endpoint(), 'javascript:alert(1)')).toBe('is not an absolute URL');
  });
});

test('a redirect leads to this machine, with or without a port', () => {
  for (const text of ['http://127.0.0.1/callback', 'http://localhost:5000/', 'http://[::1]/x'])
    expect(read(loopbackRedirect(), text)).toBe(text);
  for (const text of [
    'https://127.0.0.1/',
    'http://idp.example/',
    'http://0.0.0.0/',
    'http://127.0.0.1.example/',
  ])
    expect(read(loopbackRedirect(), text), text).toBe('does not lead to this machine');
  expect(read(loopbackRedirect(), 'http://127.0.0.1/?x=1')).toBe('has a query or fragment');
});

test('a client id is what was given out, blanks included', () => {
  expect(read(clientId(), 'my app:1/2')).toBe('my app:1/2');
  for (const text of ['', 'ü', 'a\nb', 'x'.repeat(513)]) expect(read(clientId(), text)).toBe('refused');
});

test('a scope is one word', () => {
  expect(read(scope(), 'https://api.example/.default')).toBe('https://api.example/.default');
  for (const text of ['', 'a b', 'a"b', 'a\\b']) expect(read(scope(), text)).toBe('refused');
});

test('somebody is an address, all addresses of a domain, or a subject', () => {
  for (const text of ['ann@example.com', '*@example.com', '*@a-b.example.co.uk', 'auth0|123', 'u-1'])
    expect([text, read(identity(), text)]).toEqual([text, text]);
  for (const text of ['', '*', '*@', '*@com', '*ann@example.com', '*@*.com', 'a b', 'ann*@example.com', 'ä'])
    expect([text, read(identity(), text)]).toEqual([text, 'refused']);
});

test('the name of a provider is one that its table could have', () => {
  for (const text of ['company', 'a', 'a-b_1']) expect(read(providerName(), text)).toBe(text);
  for (const text of ['', 'A', 'a.b', '-a', 'a b']) expect(read(providerName(), text)).toBe('refused');
});

test('a resource is an absolute URI without a fragment', () => {
  for (const text of ['https://api.example', 'urn:example:api']) expect(read(resource(), text)).toBe(text);
  for (const text of ['api', 'https://api.example#x', 'https://a b'])
    expect(read(resource(), text)).toBe('refused');
});

test('an audience is one line', () => {
  expect(read(line(), 'https://api.example über')).toBe('https://api.example über');
  for (const text of ['', 'a\nb', 'a\x1bb']) expect(read(line(), text)).toBe('refused');
});

test('a variable is one that is none of ours', () => {
  expect(read(foreignVariable(), 'IDP_SECRET')).toBe('IDP_SECRET');
  for (const text of ['', 'a b', '1A', 'CCPROXY_SECRET', 'A=B'])
    expect(read(foreignVariable(), text)).toBe('refused');
});

test('parameters are texts, and none that protects a sign-in can be replaced', () => {
  const kind = parameters(['state', 'code_challenge']);
  expect(read(kind, { prompt: 'consent', state_x: '1' })).toEqual({ prompt: 'consent', state_x: '1' });
  for (const value of [{ state: 'x' }, { code_challenge: 'x' }, { a: 1 }, { 'a b': 'x' }, [], 'a=b'])
    expect(read(kind, value)).toBe('refused');
});
