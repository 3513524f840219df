import { expect, test } from 'bun:test';
import { unknownAccounts } from '../../src/access/unknown-accounts.ts';

test('an account is known by its id, and by its name in any case', () => {
  const known = [{ id: 'acc_1', name: 'Work' }];
  expect(unknownAccounts(['acc_1', 'work', 'WORK', 'team'], known)).toEqual(['team']);
  expect(unknownAccounts([], known)).toEqual([]);
});
