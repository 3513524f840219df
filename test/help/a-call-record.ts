import type { Cost, Usage } from '../../src/prices/usage.ts';
import type { AttemptRecord, CallRecord } from '../../src/usage/call-record.ts';

/** A call as Claude Code makes them, that went well; `over` says what is different about it. */
export function aCallRecord(over: Partial<CallRecord> = {}): CallRecord {
  return {
    requestId: 'req_1',
    startedAt: Date.UTC(2026, 10, 22, 12),
    method: 'POST',
    path: '/v1/messages',
    purpose: 'messages',
    clientId: 'local',
    clientName: 'local',
    session: '3f0f8f5a-5a0c-4bb0-9c55-0a8f4f1a3a11',
    model: 'claude-sonnet-4-5-20250929',
    accountId: 'acc_ann',
    accountName: 'ann',
    why: 'session',
    isStream: true,
    status: 200,
    ended: 'complete',
    stopReason: 'end_turn',
    messageId: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    upstreamRequestId: 'req_018EeWyXxfu5pfWkrYcMdjWG',
    bytesIn: 123_456,
    bytesOut: 2_345,
    firstByteMs: 456.4,
    ms: 3_456.6,
    attempts: [anAttempt()],
    usage: aUsage(),
    cost: aCost(),
    ...over,
  };
}

/** An attempt on ann's account that was answered; `over` says what is different about it. */
export function anAttempt(over: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    accountId: 'acc_ann',
    accountName: 'ann',
    atMs: 0.4,
    ms: 450,
    ending: 'answered',
    status: 200,
    lesson: 'fine',
    upstreamRequestId: 'req_018EeWyXxfu5pfWkrYcMdjWG',
    ...over,
  };
}

/** What that call used; `over` says what is different about it. */
export function aUsage(over: Partial<Usage> = {}): Usage {
  return {
    input: 12,
    output: 345,
    cacheRead: 56_789,
    cacheWrite5m: 1_234,
    cacheWrite1h: 0,
    webSearches: 0,
    webFetches: 0,
    serviceTier: 'standard',
    isEstimate: false,
    ...over,
  };
}

/** What it cost; `over` says what is different about it. */
export function aCost(over: Partial<Cost> = {}): Cost {
  return {
    microUsd: 26_842.2,
    input: 36,
    output: 5_175,
    cacheRead: 17_036.7,
    cacheWrite: 4_627.5,
    fees: 0,
    basis: 'listed',
    isEstimate: false,
    cacheSaved: 152_404.8,
    ...over,
  };
}
