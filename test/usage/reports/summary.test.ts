import { expect, test } from 'bun:test';
import { addedUp, summaryOf, summedColumns, usdOf } from '../../../src/usage/reports/summary.ts';

test('rows of a database are added up, whether it gives numbers, text or nothing', () => {
  const row = addedUp([{ calls: 1, input: '20' }, { calls: '2', input: null }, {}]);
  expect(row).toMatchObject({ calls: 3, input: 20, output: 0 });
  expect(Object.keys(row).toSorted()).toEqual([...summedColumns].toSorted());
});

test('what there is nothing to tell by is nothing instead of zero', () => {
  const nothing = summaryOf(addedUp([]));
  expect(nothing).toMatchObject({ calls: 0, usd: 0 });
  expect(nothing.cacheShare).toBeNull();
  expect(nothing.firstByteMs).toBeNull();
  expect(nothing.outputPerSecond).toBeNull();
});

test('shares and means are of the sums, not means of means', () => {
  const rows = [
    { input: 10, cache_read: 90, first_byte_ms_sum: 100, first_byte_count: 1 },
    { input: 900, cache_write_1h: 0, first_byte_ms_sum: 500, first_byte_count: 4 },
  ];
  const summary = summaryOf(addedUp([...rows, { timed_output: 300, output_ms_sum: 1_500 }]));
  expect(summary).toMatchObject({ cacheShare: 0.09, firstByteMs: 120, outputPerSecond: 200 });
});

test('dollars are told to a billionth, without the noise of fractions', () => {
  expect(usdOf(391_549.449_999_81)).toBe(0.39154945);
  expect(usdOf(0.001)).toBe(1e-9);
  expect(usdOf(-69_272.45)).toBe(-0.06927245);
});
