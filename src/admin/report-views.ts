import type { AttemptRow, CallRow, MoveRow } from '../database/tables.ts';
import type { DigestsOfCall } from '../usage/body-digests.ts';
import type { KeptCall } from '../usage/reports/request-list.ts';
import type { AgentBranch } from '../usage/reports/session-tree.ts';
import { usdOf } from '../usage/reports/summary.ts';
import type { AgentView, BodyDigestsView, AttemptView, MoveView, RequestView } from './contract-usage.ts';
import { moment } from './status.ts';

export function requestView({ call, attempts, move, digests }: KeptCall): RequestView {
  return {
    id: call.id,
    requestId: call.request_id,
    upstreamRequestId: call.upstream_request_id,
    at: moment(call.started_at),
    method: call.method,
    path: call.path,
    purpose: call.purpose,
    client: call.client_name,
    session: call.session,
    agent: call.agent,
    parentAgent: call.parent_agent,
    model: call.model,
    answeredModel: call.answered_model,
    account: call.account_name,
    why: call.why,
    isStream: call.is_stream === 1,
    status: call.status,
    ended: call.ended,
    errorType: call.error_type,
    stopReason: call.stop_reason,
    messageId: call.message_id,
    bytesIn: call.bytes_in,
    bytesOut: call.bytes_out,
    firstByteMs: call.first_byte_ms,
    ms: call.ms,
    waitedMs: call.waited_ms,
    outputPerSecond: speedOf(call),
    tokens: tokensOf(call),
    serviceTier: call.service_tier,
    speed: call.speed,
    inferenceGeo: call.inference_geo,
    usd: call.cost_micro_usd === null ? null : usdOf(call.cost_micro_usd),
    priceBasis: call.cost_basis,
    attemptCount: call.attempts,
    attempts: attempts.map(attemptView),
    move: move === undefined ? null : moveView(move),
    bodyDigests: digests === undefined ? null : digestsView(digests),
  };
}

/** While the answer streamed; an answer that came at once tells nothing of it. */
function speedOf({ is_stream, output, ms, first_byte_ms }: CallRow): number | null {
  if (is_stream !== 1 || output === null || first_byte_ms === null || ms <= first_byte_ms) return null;
  return (output * 1000) / (ms - first_byte_ms);
}

function tokensOf(call: CallRow): RequestView['tokens'] {
  if (call.input === null) return null;
  return {
    input: call.input,
    output: call.output ?? 0,
    cacheRead: call.cache_read ?? 0,
    cacheWrite5m: call.cache_write_5m ?? 0,
    cacheWrite1h: call.cache_write_1h ?? 0,
    thinking: call.thinking,
    webSearches: call.web_searches ?? 0,
    isEstimate: call.is_estimate === 1,
  };
}

function attemptView(attempt: AttemptRow): AttemptView {
  return {
    account: attempt.account_name,
    atMs: attempt.at_ms,
    ms: attempt.ms,
    ending: attempt.ending,
    status: attempt.status,
    errorType: attempt.error_type,
    errorCode: attempt.error_code,
    scope: attempt.scope,
    lesson: attempt.lesson,
    reason: attempt.reason,
    evidence: evidenceView(attempt),
    upstreamRequestId: attempt.upstream_request_id,
  };
}

function evidenceView({
  evidence_header: header,
  evidence_value: value,
}: AttemptRow): AttemptView['evidence'] {
  return header === null || value === null ? null : { header, value };
}

function digestsView({ came, went, isTranslated }: DigestsOfCall): BodyDigestsView {
  return {
    came,
    went: went.map((sent) => ({ ...sent, isSame: came.isWhole && sent.sha256 === came.sha256 })),
    isTranslated,
  };
}

function moveView({ from_name, to_name, reason, tokens, micro_usd }: MoveRow): MoveView {
  return { from: from_name, to: to_name, reason, tokens, usd: micro_usd === null ? null : usdOf(micro_usd) };
}

export function agentView({ microUsd, microUsdWithBranches, ...branch }: AgentBranch): AgentView {
  return {
    ...branch,
    usd: usdOf(microUsd),
    usdWithBranches: usdOf(microUsdWithBranches),
    firstAt: moment(branch.firstAt),
    lastAt: moment(branch.lastAt),
    branches: branch.branches.map(agentView),
  };
}
