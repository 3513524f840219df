import { expect, test } from 'bun:test';
import { dollars, share, shortNumber } from '../../src/base/amounts.ts';

test('numbers are told with three digits that count', () => {
  const told = [0, 999, 1_000, 1_234, 12_345, 99_949, 99_950, 999_499, 999_500, 1_234_567, 4.2e10];
  expect(told.map(shortNumber)).toEqual([
    '0',
    '999',
    '1.00k',
    '1.23k',
    '12.3k',
    '99.9k',
    '100k',
    '999k',
    '1.00M',
    '1.23M',
    '42.0G',
  ]);
});

test('dollars are told in cents, small ones closer, and what is hardly anything never as nothing', () => {
  expect([0, 0.0042, 0.0999, 0.1, 1.234, 1234.567, -0.5, 0.00001, -0.00001].map(dollars)).toEqual([
    '$0',
    '$0.0042',
    '$0.0999',
    '$0.10',
    '$1.23',
    '$1234.57',
    '-$0.50',
    '<$0.0001',
    '-<$0.0001',
  ]);
});

test('a share is told in whole percents, and one of nothing not at all', () => {
  expect([0, 0.625, 1, null].map(share)).toEqual(['0 %', '63 %', '100 %', '']);
});
