import { lookbackMs, type Sample } from './forecast.ts';
import type { Reading } from './readings.ts';

/** Samples of one window that are kept: enough for a pace, few enough for a thousand accounts. */
const mostSamples = 24;
/** Less than this is what rounding and refilling do, not a new window (share). */
const smallestDrop = 0.02;

/** The course of a window: its latest reading, when that was taken, and how it came there. */
export interface Course {
  readonly reading: Reading;
  readonly readAt: number;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

/** The course with one more reading. */
export function continued(before: Course | undefined, reading: Reading, now: number): Course {
  // What came in between another answer's readings may be older: the clock may have been set back as well.
  const kept = before === undefined || isRenewed(before, reading) ? [] : before.samples;
  const earlier = kept.filter(({ at }) => at < now);
  if (reading.used === undefined) return { reading, readAt: now, samples: earlier };
  const latest = { at: now, used: reading.used };
  const previous = earlier.at(-2);
  const isClose = previous !== undefined && now - previous.at < lookbackMs(reading) / mostSamples;
  const samples = [...(isClose ? earlier.slice(0, -1) : earlier), latest];
  return { reading, readAt: now, samples: recent(samples, now - lookbackMs(reading)) };
}

/** A plan's window that is less used than before has begun anew; what was before tells nothing of it. */
function isRenewed({ reading: before, samples }: Course, { kind, used, resetAt }: Reading): boolean {
  if (kind === 'bucket') return false;
  if (before.resetAt !== undefined && resetAt !== undefined && resetAt - before.resetAt > 120_000) {
    if (used === undefined || used < (samples.at(-1)?.used ?? 0)) return true;
  }
  const last = samples.at(-1);
  return last !== undefined && used !== undefined && last.used - used > smallestDrop;
}

/** Those since `from` and the one before, which says how much was used then. */
function recent(samples: readonly Sample[], from: number): readonly Sample[] {
  const first = samples.findLastIndex(({ at }) => at <= from);
  return samples.slice(Math.max(0, first)).slice(-mostSamples - 1);
}
