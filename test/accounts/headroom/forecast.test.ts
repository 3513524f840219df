import { describe, expect, it } from 'bun:test';
import { forecastOf, lookbackMs, type Sample } from '../../../src/accounts/headroom/forecast.ts';

const now = Date.UTC(2026, 10, 25, 12);
const minute = 60_000;
const hour = 60 * minute;

/** The five-hour window, used to `used` and whole again in `left`. */
const window = (used: number | undefined, left: number | undefined = 4 * hour, status = 'allowed') => ({
  kind: 'plan' as const,
  window: '5h',
  used,
  status,
  resetAt: left === undefined ? undefined : now + left,
});

const course = (...points: [minutesAgo: number, used: number][]): Sample[] =>
  points.map(([ago, used]) => ({ at: now - ago * minute, used }));

describe('the forecast of a window', () => {
  it('names the moment it runs out at the pace of the last while', () => {
    expect(forecastOf(window(0.5), course([50, 0.25], [0, 0.5]), now)).toEqual({
      is: 'runs-out',
      at: now + 100 * minute,
    });
  });

  it('is that it lasts where its reset comes first', () => {
    expect(forecastOf(window(0.5, hour), course([50, 0.25], [0, 0.5]), now)).toEqual({ is: 'lasts' });
  });

  it('is that it lasts where nothing is used', () => {
    expect(forecastOf(window(0.5), course([50, 0.5], [0, 0.5]), now)).toEqual({ is: 'lasts' });
  });

  it('names a moment also where nobody said when it is whole again', () => {
    expect(forecastOf(window(0.5, undefined), course([50, 0.25], [0, 0.5]), now).is).toBe('runs-out');
  });

  it('slows down while nobody works', () => {
    const samples = course([55, 0.25], [30, 0.5]);
    const soon = forecastOf(window(0.5), samples, now - 25 * minute);
    const later = forecastOf(window(0.5), samples, now);
    expect([soon, later]).toEqual([
      { is: 'runs-out', at: now + 35 * minute },
      { is: 'runs-out', at: now + 110 * minute },
    ]);
  });

  it('is that it is used up where it is, or where the upstream says so', () => {
    expect(forecastOf(window(1.02), [], now)).toEqual({ is: 'used-up' });
    expect(forecastOf(window(0.9, hour, 'rejected'), [], now)).toEqual({ is: 'used-up' });
  });

  it('is that it has begun anew where its reset has passed', () => {
    expect(forecastOf(window(1, -1), [], now)).toEqual({ is: 'renewed' });
  });

  it('is none where too little was seen', () => {
    expect(forecastOf(window(0.5), course([0, 0.5]), now)).toEqual({ is: 'unknown' });
    expect(forecastOf(window(0.5), course([1, 0.4], [0, 0.5]), now)).toEqual({ is: 'unknown' });
    expect(forecastOf(window(undefined), course([50, 0.4], [0, 0.5]), now)).toEqual({ is: 'unknown' });
  });
});

it('a pace is looked for in a fifth of a window, and in two minutes of a bucket', () => {
  const of = (name: string, kind: 'plan' | 'bucket' = 'plan') => lookbackMs({ kind, window: name });
  expect([of('5h'), of('7d_opus'), of('five_hour'), of('seven_day_sonnet'), of('overage')]).toEqual([
    hour,
    33.6 * hour,
    hour,
    33.6 * hour,
    hour,
  ]);
  expect(of('input-tokens', 'bucket')).toBe(2 * minute);
});
