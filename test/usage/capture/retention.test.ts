import { expect, test } from 'bun:test';
import { filesToDestroy, strayKeys } from '../../../src/usage/capture/retention.ts';

const now = Date.UTC(2026, 10, 25, 12);
const file = (id: string, bytes: number) => ({ id, bytes, writtenAt: 0 });
const files = [
  file('2026-11-17.00000001', 10),
  file('2026-11-18.00000001', 10),
  file('2026-11-24.00000001', 10),
  file('2026-11-25.00000001', 10),
  file('2026-11-25.00000002', 10),
];
const all = { keepDays: 7, maxBytes: 1_000 };

test('a file goes so many days after its day', () => {
  expect(filesToDestroy(files, all, now, undefined)).toEqual(['2026-11-17.00000001']);
  const midnight = Date.UTC(2026, 10, 26);
  expect(filesToDestroy(files, all, midnight - 1, undefined)).toEqual(['2026-11-17.00000001']);
  expect(filesToDestroy(files, all, midnight, undefined)).toEqual([
    '2026-11-17.00000001',
    '2026-11-18.00000001',
  ]);
});

test('where there is too much the oldest go first, never the one that is being written', () => {
  const limits = { keepDays: 300, maxBytes: 25 };
  expect(filesToDestroy(files, limits, now, undefined)).toEqual(files.slice(0, 3).map(({ id }) => id));
  const none = { keepDays: 300, maxBytes: 0 };
  expect(filesToDestroy(files, none, now, '2026-11-25.00000002')).toEqual(
    files.slice(0, 4).map(({ id }) => id),
  );
});

test('a key goes whose file has not been there for days; of younger ones the file may be about to come', () => {
  const entries = [
    'acc_ann',
    'capture.2026-11-22.0000000a',
    'capture.2026-11-23.0000000b',
    'capture.2026-11-25.0000000c',
    'capture.2026-11-17.00000001',
  ];
  expect(strayKeys(entries, files, now)).toEqual(['2026-11-22.0000000a']);
});
