import type { Reading } from './readings.ts';

/** How much of a window was used at a moment (share, ms since the epoch). */
export interface Sample {
  readonly at: number;
  readonly used: number;
}

/** What becomes of a window at the present pace. */
export type Forecast =
  | { readonly is: 'used-up' }
  /** Before its reset, at that moment (ms since the epoch). */
  | { readonly is: 'runs-out'; readonly at: number }
  /** Not before its reset, or not at all. */
  | { readonly is: 'lasts' }
  /** Its reset has passed since it was read. */
  | { readonly is: 'renewed' }
  /** Too little was seen yet. */
  | { readonly is: 'unknown' };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The length of windows whose names tell it (ms). */
export function lengthOf({ kind, window }: Pick<Reading, 'kind' | 'window'>): number | undefined {
  if (kind === 'bucket') return minuteMs;
  const found = /^(\d{1,3})([hd])(?:_|$)/.exec(window);
  if (found !== null) return Number(found[1]) * (found[2] === 'h' ? hourMs : 24 * hourMs);
  if (window.startsWith('five_hour')) return 5 * hourMs;
  return window.startsWith('seven_day') ? 7 * 24 * hourMs : undefined;
}

/**
 * How far back the pace is looked for (ms): a fifth of a window, so that a night without work does not hide
 * an hour of much; two minutes of a bucket.
 */
export function lookbackMs(window: Pick<Reading, 'kind' | 'window'>): number {
  if (window.kind === 'bucket') return 2 * minuteMs;
  return (lengthOf(window) ?? 5 * hourMs) / 5;
}

/** The shortest stretch a pace is believed of: a hundredth of a plan's window, five seconds of a bucket (ms). */
function shortestMs(window: Pick<Reading, 'kind' | 'window'>): number {
  return window.kind === 'bucket' ? 5_000 : (lengthOf(window) ?? 5 * hourMs) / 100;
}

/** Where `reading`, whose course `samples` tells (oldest first), goes from here. */
export function forecastOf(
  reading: Pick<Reading, 'kind' | 'window' | 'used' | 'resetAt' | 'status'>,
  samples: readonly Sample[],
  now: number,
): Forecast {
  const { used, resetAt, status } = reading;
  if (resetAt !== undefined && resetAt <= now) return { is: 'renewed' };
  if (status === 'rejected' || (used !== undefined && used >= 1)) return { is: 'used-up' };
  const pace = paceOf(reading, samples, now);
  if (used === undefined || pace === undefined) return { is: 'unknown' };
  if (pace <= 0) return { is: 'lasts' };
  const at = Math.round(now + (1 - used) / pace);
  return resetAt !== undefined && at >= resetAt ? { is: 'lasts' } : { is: 'runs-out', at };
}

/** The share used a millisecond, from the first sample that is looked back to until now: a rest slows it down. */
export function paceOf(
  window: Pick<Reading, 'kind' | 'window'>,
  samples: readonly Sample[],
  now: number,
): number | undefined {
  const last = samples.at(-1);
  const from = now - lookbackMs(window);
  // The last one before that moment counts: at it, that much was used.
  const first = samples.findLast(({ at }) => at <= from) ?? samples[0];
  if (last === undefined || first === undefined || first === last) return undefined;
  const since = Math.max(first.at, from);
  if (now - since < shortestMs(window)) return undefined;
  return (last.used - first.used) / (now - since);
}
