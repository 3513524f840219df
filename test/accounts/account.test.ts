import { expect, test } from 'bun:test';
import { accountKinds, findAccount, keepsSecret, nameKey } from '../../src/accounts/account.ts';
import { readDraft } from '../../src/accounts/draft.ts';

const account = (id: string, name: string) => ({
  id,
  ...readDraft({ name, kind: 'passthrough' }),
  createdAt: 0,
  updatedAt: 0,
  credentialAt: 0,
});

test('an account is found by id, or by name in any case and any Unicode form', () => {
  const accounts = [account('acc_1', 'Work'), account('acc_2', 'Café'), account('acc_3', 'ﬁrst')];
  for (const [asked, id] of [
    ['acc_2', 'acc_2'],
    ['WORK', 'acc_1'],
    [' work ', 'acc_1'],
    ['cafe\u0301', 'acc_2'],
    ['first', 'acc_3'],
  ] as const) {
    expect(findAccount(accounts, asked)?.id).toBe(id);
  }
  for (const asked of ['', 'acc_', 'ACC_1', 'wor']) expect(findAccount(accounts, asked)).toBeUndefined();
});

test('names that look alike when compared are one', () => {
  expect(nameKey('Ｗｏｒｋ')).toBe(nameKey('work'));
  expect(nameKey('work 2')).not.toBe(nameKey('work2'));
});

test('every kind but pass-through keeps a secret', () => {
  expect(accountKinds.filter((kind) => !keepsSecret(kind))).toEqual(['passthrough']);
});
