import { evidenceOf, type Evidence } from '../accounts/evidence.ts';
import { header, pairs, type HeaderList } from '../http/headers.ts';
import { retryAfterTime } from '../http/retry-time.ts';
import { claimOf, emptyBuckets, type UsedUp, usedUpWindows, windowWords } from './windows.ts';

/** A limit of the account, as the headers of an answer tell it. */
export interface Limit {
  /** When it ends (ms since the epoch). */
  readonly until: number;
  /** No moment was named, or one that has passed. */
  readonly isGuess?: true;
  /** A moment was named that has passed. */
  readonly isCut?: true;
  /** The header that says so. */
  readonly evidence?: Evidence;
  /** `output tokens a minute used up`; undefined where the answer only asks to wait. */
  readonly reason: string | undefined;
}

/** How long an account rests for a window that is used up and does not say until when (ms). */
const unnamedRestMs = 60_000;

/** A moment that was named, and by which header. */
interface Named {
  readonly at: number | undefined;
  readonly header: string;
  /** Undefined of `retry-after`, which says nothing of what is used up. */
  readonly window?: UsedUp;
}

/**
 * When a limit of the account ends: the latest reset of the subscription windows it has used up and of
 * `retry-after`; of token buckets, which fill all the time, only where nothing else is said. Undefined where
 * the answer names no window: then it is no limit of the account.
 */
export function limitIn(headers: HeaderList, now: number): Limit | undefined {
  const wait = retryNamed(headers, now);
  const plans = usedUpWindows(headers).map((window) => resetOf(window, 'anthropic-ratelimit-unified-'));
  const buckets = emptyBuckets(headers).map((bucket) => resetOf(bucket, 'anthropic-ratelimit-'));
  const end = latest([wait, ...plans], now) ?? latest(buckets, now);
  // What `retry-after` leaves open the windows may tell: which of them is used up.
  const cause = end?.window ?? latest(plans, now)?.window ?? [...plans, ...buckets][0]?.window;
  const reason = cause && `${windowWords(cause.window, claimOf(headers))} used up`;
  if (end?.at !== undefined) return { until: end.at, ...withEvidence(headers, end.header), reason };
  const [plan] = plans;
  if (plan !== undefined) {
    const guess = { until: now + unnamedRestMs, isGuess: true, reason } as const;
    return plan.at === undefined
      ? { ...guess, ...withEvidence(headers, plan.header.replace(/reset$/, 'status')) }
      : { ...guess, ...withEvidence(headers, plan.header), isCut: true };
  }
  if (wait.at === undefined) return undefined;
  const isCut = wait.at < now;
  return { until: now, ...withEvidence(headers, wait.header), reason, ...(isCut && { isCut }) };
}

/** The moment that `retry-after` names, as far as it is still to come. */
export function waitIn(headers: HeaderList, now: number): Pick<Limit, 'until' | 'evidence'> | undefined {
  const { at, header } = retryNamed(headers, now);
  return at === undefined || at <= now ? undefined : { until: at, ...withEvidence(headers, header) };
}

function retryNamed(headers: HeaderList, now: number): Named {
  const hasWhole = (header(headers, 'retry-after')?.trim() ?? '') !== '';
  return { at: retryAfterTime(headers, now), header: hasWhole ? 'retry-after' : 'retry-after-ms' };
}

function resetOf(window: UsedUp, prefix: string): Named {
  const name = window.window === '' ? '' : `${window.window}-`;
  return { at: window.reset, header: `${prefix}${name}reset`, window };
}

/** The latest of the moments that are still to come. */
function latest(named: readonly Named[], now: number): Named | undefined {
  let found: Named | undefined;
  for (const one of named) if (one.at !== undefined && one.at > now && one.at > (found?.at ?? 0)) found = one;
  return found;
}

/** The header of that name (in lower case), as it came. */
function withEvidence(headers: HeaderList, wanted: string): Pick<Limit, 'evidence'> {
  for (const [name, value] of pairs(headers))
    if (name.toLowerCase() === wanted) return { evidence: evidenceOf('header', name, value) };
  return {};
}
