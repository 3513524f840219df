import { describe, expect, test } from 'bun:test';
import type { AccountKind } from '../../src/accounts/account.ts';
import { readProxyLogin, readSecret } from '../../src/accounts/given-secrets.ts';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';

describe('a secret', () => {
  const code = (kind: AccountKind, text?: string): string => {
    try {
      return readSecret(kind, text === undefined ? undefined : new Secret(text))?.reveal() ?? 'none';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (text !== undefined && text !== '') expect(`${error.message} ${error.fix}`).not.toContain(text);
      return error.code;
    }
  };

  test('loses the white space that copying adds', () => {
    expect(code('api-key', ' sk-ant-1\r\n')).toBe('sk-ant-1');
  });

  test('is needed by keys and tokens, and by pass-through accounts not wanted', () => {
    expect(code('api-key')).toBe('secret-missing');
    expect(code('token', '  ')).toBe('secret-missing');
    expect(code('passthrough')).toBe('none');
    expect(code('passthrough', 'sk-ant-1')).toBe('secret-unwanted');
  });

  test('of a sign-in is not given by a person', () => {
    expect(code('oauth')).toBe('none');
    expect(code('oauth', 'sk-ant-1')).toBe('secret-unwanted');
  });

  test('is one that can stand in a header, and is never repeated in the problem', () => {
    for (const wrong of ['sk-ant one', 'sk-ant\n-two', 'schlüssel-ä', 'x'.repeat(16_385)]) {
      expect(code('api-key', wrong)).toBe('secret-invalid');
    }
    expect(code('token', 'Bearer abc')).toBe('secret-invalid');
  });
});

describe('what an outbound proxy wants to know', () => {
  const read = (text: string): string => {
    try {
      return readProxyLogin(new Secret(text)).reveal();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      expect(`${error.message} ${error.fix}`).not.toContain('planted');
      return error.code;
    }
  };

  test('is a user name and a password, which may hold colons, blanks and other alphabets, or be empty', () => {
    for (const text of ['ann:planted', 'ann:pl:an:ted', 'ann: pl anted ', 'änn:plänted', 'ann:'])
      expect(read(text)).toBe(text);
  });

  test('loses the line end of a file', () => {
    expect(read('ann:planted\r\n')).toBe('ann:planted');
  });

  test('is nothing else', () => {
    for (const wrong of ['planted', ':planted', 'ann:plan\nted', `ann:planted${'x'.repeat(250)}`, ''])
      expect(read(wrong)).toBe('proxy-login-invalid');
  });
});
