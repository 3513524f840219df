import { redacted } from '../../base/redact.ts';
import { lowerName, pairs, type HeaderList } from '../../http/headers.ts';
import type { CallRecord } from '../call-record.ts';
import type { Heads } from '../keep.ts';

/** What is kept of a body. */
export interface KeptBody {
  /** All that passed of it. */
  readonly bytes: number;
  /** Its beginning, as long as the settings allow; that may be all of it. */
  readonly kept: Uint8Array;
}

/** A call that is over, with what was said in it. */
export interface KeptCall {
  readonly about: CallAbout;
  readonly request: KeptBody;
  readonly answer: KeptBody;
}

/** Everything but the bodies; lies in the file as JSON, so later versions may add to it. */
export interface CallAbout {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly ms: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly client: string;
  readonly account: string | null;
  readonly session: string | null;
  readonly model: string | null;
  readonly status: number;
  readonly ended: CallRecord['ended'];
  readonly requestHeaders: HeaderList;
  readonly answerHeaders: HeaderList;
}

/** Headers that say how a body is to be read and who sent it. Never one that can hold a credential. */
const keptOfRequests: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'anthropic-beta',
  'anthropic-version',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'x-app',
  'x-claude-code-agent-id',
  'x-claude-code-parent-agent-id',
  'x-claude-code-session-id',
  'x-stainless-lang',
  'x-stainless-package-version',
  'x-stainless-retry-count',
  'x-stainless-runtime',
  'x-stainless-timeout',
]);

const keptOfAnswers: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'request-id',
  'retry-after',
  'x-request-id',
  'x-should-retry',
]);

/** Longer values are cut (characters). */
const longestValue = 2_000;

export function aboutCall(call: CallRecord, heads: Heads): CallAbout {
  return {
    requestId: call.requestId,
    startedAt: call.startedAt,
    ms: call.ms,
    method: call.method,
    path: call.path,
    client: call.clientName,
    account: call.accountName ?? null,
    session: call.session ?? null,
    model: call.model ?? null,
    status: call.status,
    ended: call.ended,
    requestHeaders: chosen(heads.request, keptOfRequests),
    answerHeaders: chosen(heads.answer, keptOfAnswers),
  };
}

/** Anybody may write a credential where none belongs: what looks like one goes as well. */
function chosen(headers: HeaderList, kept: ReadonlySet<string>): string[] {
  return [...pairs(headers)]
    .filter(([name]) => kept.has(lowerName(name)))
    .flatMap(([name, value]) => [lowerName(name), redacted(value.slice(0, longestValue))]);
}
