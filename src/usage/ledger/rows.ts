import type { AttemptRow, CallRow, MoveRow } from '../../database/tables.ts';
import type { AttemptRecord, CallRecord, MoveRecord } from '../call-record.ts';

// Each row is put together once, with every column and always in the same order, so that its values alone can
// travel to the database.

/** The columns of a call whose values mostly are those of the call before, in the order of {@link commonOfCall}. */
export const commonColumns = [
  'method',
  'path',
  'purpose',
  'client_id',
  'client_name',
  'parent_agent',
  'model',
  'answered_model',
  'why',
  'is_stream',
  'status',
  'ended',
  'error_type',
  'stop_reason',
  'attempts',
  'web_searches',
  'web_fetches',
  'service_tier',
  'speed',
  'inference_geo',
  'is_estimate',
  'cost_basis',
] as const;

/** All others but the id, in the order of {@link ownOfCall}. Calls in a row are of as many accounts as share the work. */
export const ownColumns = [
  'request_id',
  'started_at',
  'account_id',
  'account_name',
  'session',
  'agent',
  'message_id',
  'upstream_request_id',
  'bytes_in',
  'bytes_out',
  'first_byte_ms',
  'ms',
  'waited_ms',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'thinking',
  'cost_micro_usd',
  'cache_saved_micro_usd',
] as const;

export type CommonOfCall = Pick<CallRow, (typeof commonColumns)[number]>;
export type OwnOfCall = Pick<CallRow, (typeof ownColumns)[number]>;

export function commonOfCall(call: CallRecord): CommonOfCall {
  const { usage, cost } = call;
  return {
    method: call.method,
    path: call.path,
    purpose: call.purpose,
    client_id: call.clientId,
    client_name: call.clientName,
    parent_agent: call.parentAgent ?? null,
    model: call.model ?? null,
    answered_model: call.answeredModel ?? null,
    why: call.why ?? null,
    is_stream: call.isStream ? 1 : 0,
    status: call.status,
    ended: call.ended,
    error_type: call.errorType ?? null,
    stop_reason: call.stopReason ?? null,
    attempts: call.attempts.length,
    web_searches: usage?.webSearches ?? null,
    web_fetches: usage?.webFetches ?? null,
    service_tier: usage?.serviceTier ?? null,
    speed: usage?.speed ?? null,
    inference_geo: usage?.inferenceGeo ?? null,
    is_estimate: isEstimate(call) ? 1 : 0,
    cost_basis: cost?.basis ?? null,
  };
}

/** Whether {@link commonOfCall} would give the same row, which then need not be made. */
export function isCommonOf(row: CommonOfCall, call: CallRecord): boolean {
  const { usage, cost } = call;
  return (
    // Spelled out: column by column in a loop took three times as long.
    row.model === (call.model ?? null) &&
    row.path === call.path &&
    row.client_id === call.clientId &&
    row.client_name === call.clientName &&
    row.parent_agent === (call.parentAgent ?? null) &&
    row.is_stream === (call.isStream ? 1 : 0) &&
    row.status === call.status &&
    row.ended === call.ended &&
    row.stop_reason === (call.stopReason ?? null) &&
    row.error_type === (call.errorType ?? null) &&
    row.method === call.method &&
    row.purpose === call.purpose &&
    row.answered_model === (call.answeredModel ?? null) &&
    row.why === (call.why ?? null) &&
    row.attempts === call.attempts.length &&
    row.web_searches === (usage?.webSearches ?? null) &&
    row.web_fetches === (usage?.webFetches ?? null) &&
    row.service_tier === (usage?.serviceTier ?? null) &&
    row.speed === (usage?.speed ?? null) &&
    row.inference_geo === (usage?.inferenceGeo ?? null) &&
    row.is_estimate === (isEstimate(call) ? 1 : 0) &&
    row.cost_basis === (cost?.basis ?? null)
  );
}

export function ownOfCall(call: CallRecord): OwnOfCall {
  const { usage, cost, firstByteMs, waitedMs } = call;
  return {
    request_id: call.requestId,
    started_at: Math.round(call.startedAt),
    account_id: call.accountId ?? null,
    account_name: call.accountName ?? null,
    session: call.session ?? null,
    agent: call.agent ?? null,
    message_id: call.messageId ?? null,
    upstream_request_id: call.upstreamRequestId ?? null,
    bytes_in: call.bytesIn,
    bytes_out: call.bytesOut,
    first_byte_ms: firstByteMs === undefined ? null : Math.round(firstByteMs),
    ms: Math.round(call.ms),
    waited_ms: waitedMs === undefined ? null : Math.round(waitedMs),
    input: usage?.input ?? null,
    output: usage?.output ?? null,
    cache_read: usage?.cacheRead ?? null,
    cache_write_5m: usage?.cacheWrite5m ?? null,
    cache_write_1h: usage?.cacheWrite1h ?? null,
    thinking: usage?.thinking ?? null,
    cost_micro_usd: cost?.microUsd ?? null,
    cache_saved_micro_usd: cost?.cacheSaved ?? null,
  };
}

export function attemptRow(id: number, number: number, attempt: AttemptRecord): AttemptRow {
  return {
    call_id: id,
    number,
    account_id: attempt.accountId,
    account_name: attempt.accountName,
    at_ms: Math.round(attempt.atMs),
    ms: Math.round(attempt.ms),
    ending: attempt.ending,
    status: attempt.status ?? null,
    error_type: attempt.errorType ?? null,
    error_code: attempt.errorCode ?? null,
    scope: attempt.scope ?? null,
    lesson: attempt.lesson,
    reason: attempt.reason ?? null,
    upstream_request_id: attempt.upstreamRequestId ?? null,
    evidence_header: attempt.evidence?.header ?? null,
    evidence_value: attempt.evidence?.value ?? null,
  };
}

export function moveRow(id: number, call: CallRecord, move: MoveRecord): MoveRow {
  return {
    call_id: id,
    at: Math.round(call.startedAt),
    session: call.session ?? null,
    from_id: move.fromId,
    from_name: move.fromName,
    to_id: move.toId,
    to_name: move.toName,
    reason: move.reason,
    micro_usd: move.microUsd ?? null,
    tokens: move.tokens === undefined ? null : Math.round(move.tokens),
  };
}

/** Whether attempts say more than the row of their call does: a first one that went well does not. */
export function areWorthRows(attempts: readonly AttemptRecord[]): boolean {
  if (attempts.length !== 1) return attempts.length > 1;
  const [only] = attempts;
  return only?.ending !== 'answered' || only.lesson !== 'fine';
}

/** Whether the tokens or the cost of a call were worked out instead of told. */
export function isEstimate({ usage, cost }: CallRecord): boolean {
  return usage?.isEstimate === true || cost?.isEstimate === true;
}
