import { expect, test } from 'bun:test';
import { isOwnSignIn, readOriginal } from '../../src/accounts/original-file.ts';

const tokens = { accessToken: 'sk-ant-oat01-planted', refreshToken: 'sk-ant-ort01-planted', expiresAt: 1 };

test('names are taken from the file of the original, and no token', () => {
  const found = readOriginal({
    version: 1,
    accounts: { work: tokens, home_2: { ...tokens, more: 1 }, odd: 7 },
  });
  expect(found?.accounts.map(({ name }) => name)).toEqual(['work', 'home_2', 'odd']);
  expect(JSON.stringify(found)).not.toContain('planted');
});

test('the list that a broken import wrote is read as well', () => {
  const entry = { access_token: 'sk-ant-oat01-planted', refresh_token: 'x' };
  const found = readOriginal({
    schema_version: '1.0.0',
    accounts: [
      { ...entry, id: 'b0e0…', email: 'ann@example.com', is_active: false },
      { ...entry, id: 'c1f1' },
      { ...entry },
      7,
    ],
  });
  expect(found).toEqual({
    accounts: [
      { name: 'ann@example.com', enabled: false },
      { name: 'c1f1', enabled: true },
    ],
    skipped: 2,
  });
});

test('one name that no account may have leaves out that entry alone', () => {
  const accounts = { work: tokens, ['a'.repeat(101)]: tokens, acc_1: tokens, 'a\u0000b': tokens };
  expect(readOriginal({ version: 1, accounts })).toEqual({
    accounts: [{ name: 'work', enabled: true }],
    skipped: 3,
  });
});

test('what has no tokens of that form is another file', () => {
  for (const other of [
    undefined,
    null,
    [],
    {},
    { accounts: {} },
    { accounts: [] },
    { accounts: [{ name: 'a', kind: 'token' }] },
  ])
    expect(readOriginal(other)).toBeUndefined();
});

test("Claude Code's own sign-in is known when it is seen", () => {
  expect(isOwnSignIn({ claudeAiOauth: tokens })).toBe(true);
  expect(isOwnSignIn({ accounts: {} })).toBe(false);
});
