import type { LogFacts } from '../base/log.ts';
import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import type { CallRecord, MoveRecord, Terminal } from '../usage/call-record.ts';
import { moveWords, type ToldMove } from '../usage/move-words.ts';
import type { Said } from '../usage/tap/said.ts';
import { longestId, tenths } from './attempt-record.ts';
import type { Trace } from './trace.ts';

/** How the bytes of an answer went by. */
export interface Passed {
  /** Milliseconds since the epoch, when the answer was over. */
  readonly at: number;
  /** From the beginning of the call (ms). */
  readonly ms: number;
  readonly firstByteMs: number | undefined;
  readonly bytes: number;
  readonly ended: Terminal;
  readonly errorType: string | undefined;
}

/** Longer than any path that is worth repeating (characters). */
const longestPath = 200;

/** All that is known of a call that is over. */
export function recordOf(
  call: Call,
  answer: Answer,
  trace: Trace,
  passed: Passed,
  said: Said | undefined,
): CallRecord {
  const { facts } = trace;
  const { client = { id: 'unknown', name: 'unknown' }, account, move } = facts;
  const { at, ms, firstByteMs, bytes, ended, errorType } = passed;
  return {
    requestId: trace.requestId,
    startedAt: Math.round(at - ms),
    method: call.method,
    path: pathOf(call.target),
    purpose: facts.purpose,
    clientId: client.id,
    clientName: client.name,
    session: facts.session,
    agent: facts.agent,
    parentAgent: facts.parentAgent,
    isStream: facts.isStream,
    model: facts.model,
    answeredModel: said?.model === facts.model ? undefined : said?.model,
    accountId: account?.id,
    accountName: account?.name,
    why: facts.why,
    status: answer.status,
    ended,
    errorType,
    stopReason: said?.stopReason,
    messageId: said?.messageId,
    upstreamRequestId: header(answer.headers, 'request-id')?.slice(0, longestId),
    bytesIn: facts.bytesIn,
    bytesOut: bytes,
    firstByteMs: firstByteMs === undefined ? undefined : tenths(firstByteMs),
    ms: tenths(ms),
    waitedMs: facts.waitedMs === undefined ? undefined : tenths(facts.waitedMs),
    attempts: facts.attempts,
    move,
    usage: said?.usage(),
    digests: trace.digests?.look(trace.speak !== undefined),
  };
}

/** The access line of a call that is over. */
export function lineOf(record: CallRecord): LogFacts {
  const { usage, move } = record;
  return {
    request: record.requestId,
    method: record.method,
    path: record.path,
    status: record.status,
    ended: record.ended === 'client-left' ? 'client left' : record.ended,
    error: record.errorType,
    client: record.clientId === 'unknown' ? undefined : record.clientName,
    session: record.session,
    agent: record.agent,
    model: record.model,
    account: record.accountName,
    why: record.why,
    moved: move && moveWords(toldMove(move)),
    attempts: record.attempts.length,
    firstByteMs: record.firstByteMs,
    ms: record.ms,
    waitedMs: record.waitedMs,
    bytes: record.bytesOut,
    stop: record.stopReason,
    input: usage?.input,
    output: usage?.output,
    cacheRead: usage?.cacheRead,
    cacheWrite: usage && usage.cacheWrite5m + usage.cacheWrite1h,
    estimated: usage?.isEstimate === true ? true : undefined,
    upstreamRequest: record.upstreamRequestId,
  };
}

function toldMove({ fromName, reason, tokens, microUsd }: MoveRecord): ToldMove {
  return { from: fromName, reason, tokens, usd: microUsd === undefined ? undefined : microUsd / 1e6 };
}

/** Queries may carry anything; the path is kept. */
function pathOf(target: string): string {
  const query = target.indexOf('?');
  return (query === -1 ? target : target.slice(0, query)).slice(0, longestPath);
}
