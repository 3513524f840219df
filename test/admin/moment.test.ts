import { expect, test } from 'bun:test';
import { moment, momentOrNull } from '../../src/admin/moment.ts';

test('a moment is ISO 8601 in UTC, and none is null', () => {
  expect(moment(Date.UTC(2026, 10, 22, 12))).toBe('2026-11-22T12:00:00.000Z');
  expect([momentOrNull(0), momentOrNull(undefined)]).toEqual(['1970-01-01T00:00:00.000Z', null]);
});
