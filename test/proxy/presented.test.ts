import { describe, expect, it } from 'bun:test';
import { bearerIn, holdsClientKey, isClientKey } from '../../src/proxy/presented.ts';

describe('bearerIn', () => {
  const table: [value: string, token: string][] = [
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER \t abc ', 'abc'],
    ['Bearer a b', 'a b'],
    ['Bearer', ''],
    ['Bearer ', ''],
    ['Bearerabc', ''],
    ['Basic abc', ''],
    ['abc', ''],
    ['', ''],
  ];
  for (const [value, token] of table)
    it(`finds ${JSON.stringify(token)} in ${JSON.stringify(value)}`, () => {
      expect(bearerIn(value)).toBe(token);
    });

  it('reads a long value once', () => {
    expect(bearerIn(`bearer${' '.repeat(60_000)}x`)).toBe('x');
    expect(bearerIn(' '.repeat(60_000))).toBe('');
  });
});

describe('a client key', () => {
  it('is known by how it begins', () => {
    expect(isClientKey('ccp-abc')).toBe(true);
    for (const other of ['sk-ant-api03-x', 'CCP-abc', 'xccp-abc', 'ccp', ''])
      expect(isClientKey(other)).toBe(false);
  });

  it('is found in a header value in any form', () => {
    for (const value of [
      'ccp-abc',
      'Bearer ccp-abc',
      'bearer\tccp-abc',
      'Token ccp-abc',
      'sk-ant-x, ccp-abc',
      'Digest key="ccp-abc"',
      'a;ccp-abc',
    ])
      expect([value, holdsClientKey(value)]).toEqual([value, true]);
    for (const value of ['', 'Bearer sk-ant-oat01-x', 'Bearer xccp-abc', 'accp-'])
      expect([value, holdsClientKey(value)]).toEqual([value, false]);
  });
});
