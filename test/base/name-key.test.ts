import { expect, test } from 'bun:test';
import { nameKey } from '../../src/base/name-key.ts';

test('names that differ in case, in blanks around them or in how a character is encoded are one', () => {
  expect(nameKey(' Work ')).toBe(nameKey('WORK'));
  expect(nameKey('café')).toBe(nameKey('cafe\u0301'));
  expect(nameKey('ﬁle')).toBe('file');
  expect(nameKey('work')).not.toBe(nameKey('work 2'));
});
