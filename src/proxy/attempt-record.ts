import type { Account } from '../accounts/account.ts';
import type { Lesson } from '../accounts/standing.ts';
import { header } from '../http/headers.ts';
import type { AttemptRecord } from '../usage/call-record.ts';
import { word } from '../usage/word.ts';
import type { Ending, Verdict } from './outcome.ts';

/** An attempt that is over. Moments are on the clock that never jumps (ms). */
export interface Attempted {
  readonly account: Account;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined where it was given up before it ended: the client left, or something of ours failed. */
  readonly ending: Ending | undefined;
  /** What was made of it. */
  readonly verdict: Omit<Verdict, 'again'>;
  /** The account was told its lesson. */
  readonly isTaught: boolean;
}

/** What is kept of an attempt; `callStartedAt` is when its call began. */
export function attemptRecord(attempted: Attempted, callStartedAt: number): AttemptRecord {
  const { account, startedAt, endedAt, ending, verdict, isTaught } = attempted;
  const { scope, lesson } = verdict;
  const answered = ending?.is === 'answered' ? ending : undefined;
  return {
    accountId: account.id,
    accountName: account.name,
    atMs: tenths(startedAt - callStartedAt),
    ms: tenths(endedAt - startedAt),
    ending: ending?.is ?? 'cancelled',
    status: answered?.status,
    errorType: word(answered?.error?.type),
    errorCode: word(answered?.error?.code),
    scope,
    lesson: isTaught ? lesson.is : 'fine',
    reason: scope === undefined || ending === undefined ? undefined : reasonOf(ending, lesson),
    evidence: isTaught ? headerIn(lesson) : undefined,
    upstreamRequestId: answered && header(answered.headers, 'request-id')?.slice(0, longestId),
  };
}

/** The header that a lesson stands on. */
function headerIn(lesson: Lesson): AttemptRecord['evidence'] {
  const evidence = 'evidence' in lesson ? lesson.evidence : undefined;
  return evidence?.in === 'header' ? { header: evidence.name, value: evidence.value } : undefined;
}

/** Longer than any id of the upstream (characters). */
export const longestId = 200;

/** How an attempt failed, in words. */
export function reasonOf(ending: Ending, lesson: Lesson): string {
  if ('reason' in lesson) return lesson.reason;
  if (ending.is !== 'answered') return ending.is;
  const what = word(ending.error?.code) ?? word(ending.error?.type);
  if (ending.isEvent === true) return `began with ${what ?? 'an error'}`;
  return what === undefined ? `answered ${ending.status}` : `${ending.status} ${what}`;
}

/** Milliseconds as records and lines tell them. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
