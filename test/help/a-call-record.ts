import type { Cost, Usage } from '../../src/prices/usage.ts';
import type { AttemptRecord, CallRecord } from '../../src/usage/call-record.ts';

/** A message that `ann` answered well in two seconds, with `more` of its own. */
export function aCallRecord(more: Partial<CallRecord> = {}): CallRecord {
  return {
    requestId: 'req_1',
    startedAt: Date.UTC(2026, 10, 22, 12),
    method: 'POST',
    path: '/v1/messages',
    purpose: 'messages',
    clientId: 'local',
    clientName: 'local',
    model: 'claude-opus-5-5',
    accountId: 'acc_ann',
    accountName: 'ann',
    isStream: true,
    status: 200,
    ended: 'complete',
    bytesIn: 300,
    bytesOut: 2_000,
    firstByteMs: 400,
    ms: 2_000,
    attempts: [anAttempt()],
    usage: aUsage(),
    cost: aCost(),
    ...more,
  };
}

export function anAttempt(more: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    accountId: 'acc_ann',
    accountName: 'ann',
    atMs: 1,
    ms: 350,
    ending: 'answered',
    status: 200,
    lesson: 'fine',
    ...more,
  };
}

export function aUsage(more: Partial<Usage> = {}): Usage {
  return {
    input: 10,
    output: 200,
    cacheRead: 5_000,
    cacheWrite5m: 300,
    cacheWrite1h: 40,
    thinking: 50,
    webSearches: 0,
    webFetches: 0,
    isEstimate: false,
    ...more,
  };
}

export function aCost(more: Partial<Cost> = {}): Cost {
  return {
    microUsd: 9_000,
    input: 50,
    output: 5_000,
    cacheRead: 2_500,
    cacheWrite: 1_450,
    fees: 0,
    basis: 'listed',
    isEstimate: false,
    cacheSaved: 20_000,
    ...more,
  };
}
