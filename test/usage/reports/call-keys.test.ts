import { expect, test } from 'bun:test';
import { hourWords, keyOfCall } from '../../../src/usage/reports/call-keys.ts';
import { hourAt } from '../../../src/usage/ledger/hours.ts';

test('a quarter of an hour belongs to the day and the hour of this time zone', () => {
  const moment = Date.UTC(2026, 10, 22, 23, 45);
  const row = { line_key: moment / 900_000, line_name: '' };
  const { day, hour } = hourAt(moment);
  expect(keyOfCall(row, 'day')).toEqual({ key: day, name: day });
  expect(keyOfCall(row, 'hour').key).toBe(hourWords(day, hour));
});

test('hours are told with two digits, so that their order is that of their words', () => {
  expect(hourWords('2026-11-22', 9)).toBe('2026-11-22 09:00');
});

test('what has a name is told by it, what has none by its key, and nobody is empty', () => {
  expect(keyOfCall({ line_key: 'acc_1', line_name: 'work' }, 'account')).toEqual({
    key: 'acc_1',
    name: 'work',
  });
  expect(keyOfCall({ line_key: 'acc_1', line_name: null }, 'account')).toEqual({
    key: 'acc_1',
    name: 'acc_1',
  });
  expect(keyOfCall({ line_key: null, line_name: null }, 'session')).toEqual({ key: '', name: '' });
  expect(keyOfCall({ line_key: null, line_name: '' }, 'agent')).toEqual({ key: '', name: 'main' });
});
