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
  return {
    accountId: account.id,
    accountName: account.name,
    atMs: tenths(startedAt - callStartedAt),
    ms: tenths(endedAt - startedAt),
    ending: ending?.is ?? 'cancelled',
    ...(ending?.is === 'answered' && answerOf(ending)),
    ...(scope !== undefined && { scope }),
    lesson: isTaught ? lesson.is : 'fine',
    ...(scope !== undefined && ending !== undefined && { reason: reasonOf(ending, lesson) }),
    ...(isTaught && headerIn(lesson)),
  };
}

/** The header that a lesson stands on. */
function headerIn(lesson: Lesson): Pick<AttemptRecord, 'evidence'> | undefined {
  const evidence = 'evidence' in lesson ? lesson.evidence : undefined;
  return evidence?.in === 'header'
    ? { evidence: { header: evidence.name, value: evidence.value } }
    : undefined;
}

function answerOf({ status, headers, error }: Ending & { is: 'answered' }): Partial<AttemptRecord> {
  const errorType = word(error?.type);
  const errorCode = word(error?.code);
  const upstreamRequestId = header(headers, 'request-id')?.slice(0, longestId);
  return {
    status,
    ...(errorType !== undefined && { errorType }),
    ...(errorCode !== undefined && { errorCode }),
    ...(upstreamRequestId !== undefined && { upstreamRequestId }),
  };
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
