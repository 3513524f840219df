import { describe, expect, it } from 'bun:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../src/base/secret.ts';

const text = 'sk-ant-api03-do-not-show';

describe('a Secret', () => {
  const secret = new Secret(text);

  it('gives its text only where it is asked to', () => {
    expect(secret.reveal()).toBe(text);
  });

  const ways: [way: string, shown: () => string][] = [
    ['a template', () => `key: ${String(secret)}`],
    ['concatenation', () => ['', secret].join('')],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspection', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['the runtime’s own inspection', () => Bun.inspect({ secret }, { depth: 9 })],
    ['formatting', () => format('%s %o %j', secret, secret, secret)],
    ['entries', () => JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['a copy', () => Bun.inspect(Object.assign({}, secret))],
    ['an error that carries it', () => Bun.inspect(new Error('x', { cause: secret }))],
  ];
  for (const [way, shown] of ways) {
    it(`is not shown by ${way}`, () => {
      expect(shown()).not.toContain('do-not-show');
    });
  }
});
