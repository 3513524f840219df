import { describe, expect, it } from 'bun:test';
import { continued, type Course } from '../../../src/accounts/headroom/course.ts';

const start = Date.UTC(2026, 10, 25, 12);
const minute = 60_000;

function reading(
  used: number | undefined,
  resetAt = start + 5 * 60 * minute,
  kind: 'plan' | 'bucket' = 'plan',
) {
  return { window: '5h', kind, used, limit: undefined, remaining: undefined, status: 'allowed', resetAt };
}

function courseOf(...readings: [atMinute: number, ...Parameters<typeof reading>][]): Course | undefined {
  let course: Course | undefined;
  for (const [at, ...what] of readings) course = continued(course, reading(...what), start + at * minute);
  return course;
}

const used = (course: Course | undefined) => course?.samples.map((sample) => sample.used);

describe('the course of a window', () => {
  it('keeps what was read, a few minutes apart, and always the newest', () => {
    const course = courseOf([0, 0.1], [1, 0.11], [2, 0.12], [5, 0.2], [5.1, 0.21], [10, 0.3]);
    expect(used(course)).toEqual([0.1, 0.12, 0.2, 0.21, 0.3]);
  });

  it('stays short, however many readings come', () => {
    let course: Course | undefined;
    for (let at = 0; at < 5_000; at += 1)
      course = continued(course, reading(at / 10_000), start + at * 1_000);
    expect(course?.samples.length).toBeLessThanOrEqual(25);
    expect(course?.samples.length).toBeGreaterThan(12);
  });

  it('begins anew with the window', () => {
    expect(used(courseOf([0, 0.5], [10, 0.9], [20, 0.05, start + 10 * 60 * minute]))).toEqual([0.05]);
    expect(used(courseOf([0, 0.5], [10, 0.9], [20, 0.05]))).toEqual([0.05]);
  });

  it('goes on where a bucket fills up again, and where rounding takes a hundredth back', () => {
    const end = start + minute;
    expect(used(courseOf([0, 0.9, end, 'bucket'], [1, 0.2, end, 'bucket']))).toEqual([0.9, 0.2]);
    expect(used(courseOf([0, 0.5], [10, 0.49]))).toEqual([0.5, 0.49]);
  });

  it('drops what a clock that was set back made later than now', () => {
    expect(used(courseOf([100, 0.5], [10, 0.6]))).toEqual([0.6]);
  });

  it('keeps its samples where an answer tells no share', () => {
    const course = courseOf([0, 0.5], [10, undefined]);
    expect([used(course), course?.readAt]).toEqual([[0.5], start + 10 * minute]);
  });
});
