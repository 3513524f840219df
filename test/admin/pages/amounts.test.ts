import { expect, test } from 'bun:test';
import { shortTime } from '../../../src/admin/pages/parts/amounts.ts';

test('lengths of time are told so that they can be compared', () => {
  expect([0.4, 840.2, 1_234, 12_345, 59_949, 125_000].map(shortTime)).toEqual([
    '0 ms',
    '840 ms',
    '1.23 s',
    '12.3 s',
    '59.9 s',
    '2 min 5 s',
  ]);
});
