import { expect, test } from 'bun:test';
import { type Period, periods, spanAt } from '../../../src/usage/budgets/period.ts';

const at = (text: string): number => Date.parse(text);
const span = (period: Period, moment: string): string[] => {
  const { start, end } = spanAt(period, at(moment));
  return [start, end].map((ms) => new Date(ms).toISOString().slice(0, 16));
};

test.each([
  ['daily', '2026-11-22T12:00Z', '2026-11-22T00:00', '2026-11-23T00:00'],
  ['daily', '2026-11-22T00:00Z', '2026-11-22T00:00', '2026-11-23T00:00'],
  ['daily', '2026-11-22T23:59:59.999Z', '2026-11-22T00:00', '2026-11-23T00:00'],
  // The 22nd of November 2026 is a Sunday.
  ['weekly', '2026-11-22T23:59:59.999Z', '2026-11-16T00:00', '2026-11-23T00:00'],
  ['weekly', '2026-11-23T00:00Z', '2026-11-23T00:00', '2026-11-30T00:00'],
  ['weekly', '2026-12-31T08:00Z', '2026-12-28T00:00', '2027-01-04T00:00'],
  ['monthly', '2026-11-30T23:59:59.999Z', '2026-11-01T00:00', '2026-12-01T00:00'],
  ['monthly', '2026-12-15T00:00Z', '2026-12-01T00:00', '2027-01-01T00:00'],
  ['monthly', '2027-02-10T00:00Z', '2027-02-01T00:00', '2027-03-01T00:00'],
  ['monthly', '2028-02-29T12:00Z', '2028-02-01T00:00', '2028-03-01T00:00'],
  ['monthly', '2027-01-31T12:00Z', '2027-01-01T00:00', '2027-02-01T00:00'],
] as const)('the %s budget at %s runs from %s to %s', (period, moment, start, end) => {
  expect(span(period, moment)).toEqual([start, end]);
});

test('the periods leave no gap and do not overlap, over forty years', () => {
  for (const period of periods) {
    let { start, end } = spanAt(period, at('2020-01-01T00:00Z'));
    while (end < at('2060-01-01T00:00Z')) {
      expect(spanAt(period, end - 1)).toEqual({ start, end });
      const next = spanAt(period, end);
      expect(next.start).toBe(end);
      ({ start, end } = next);
    }
  }
});

test('every week begins on a Monday and every day and month at midnight UTC', () => {
  for (let moment = at('2026-01-01T05:00Z'); moment < at('2028-01-01T00:00Z'); moment += 86_400_000) {
    expect(new Date(spanAt('weekly', moment).start).getUTCDay()).toBe(1);
    for (const period of periods) expect(spanAt(period, moment).start % 86_400_000).toBe(0);
    expect(new Date(spanAt('monthly', moment).start).getUTCDate()).toBe(1);
  }
});
