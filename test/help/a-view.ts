import type {
  AgentView,
  AttemptView,
  RequestView,
  SummaryView,
  UsageSeriesView,
  UsageView,
} from '../../src/admin/contract-usage.ts';
import { requestView } from '../../src/admin/report-views.ts';
import { callRow } from './a-call-row.ts';
import { addedUp, summaryOf } from '../../src/usage/reports/summary.ts';
import { aCallRecord } from './a-call-record.ts';

/** A summary of nothing, but for `over`. */
export function aSummaryView(over: Partial<SummaryView> = {}): SummaryView {
  return { ...summaryOf(addedUp([])), ...over };
}

/** A report by model of these lines; its total is `total`. */
export function aUsageView(
  lines: Record<string, Partial<SummaryView>>,
  total: Partial<SummaryView> = {},
): UsageView {
  return {
    by: 'model',
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-11-22T12:00:00.000Z',
    lines: Object.entries(lines).map(([name, line]) => ({ key: name, name, ...aSummaryView(line) })),
    total: aSummaryView(total),
  };
}

/** A report over time in which nothing was used, but for `over`. */
export function aSeriesView(over: Partial<UsageSeriesView> = {}): UsageSeriesView {
  return {
    by: 'model',
    every: 'day',
    since: '2026-11-21T00:00:00.000Z',
    until: '2026-11-22T12:00:00.000Z',
    slots: ['2026-11-21', '2026-11-22'],
    lines: [],
    points: [aSummaryView(), aSummaryView()],
    total: aSummaryView(),
    ...over,
  };
}

/** An attempt that was answered, but for `over`. */
export function anAttemptView(over: Partial<AttemptView> = {}): AttemptView {
  return {
    account: 'ann',
    atMs: 0,
    ms: 450,
    ending: 'answered',
    status: 200,
    errorType: null,
    errorCode: null,
    scope: null,
    lesson: 'fine',
    reason: null,
    evidence: null,
    upstreamRequestId: null,
    ...over,
  };
}

/** A call that went well, but for `over`. */
export function aRequestView(over: Partial<RequestView> = {}): RequestView {
  return { ...requestView({ call: callRow(1, aCallRecord()), attempts: [], move: undefined }), ...over };
}

/** An agent with one call, but for `over`. */
export function anAgentView(over: Partial<AgentView> = {}): AgentView {
  return {
    agent: '',
    calls: 1,
    errors: 0,
    models: ['claude-opus-4-6'],
    accounts: ['ann'],
    input: 10,
    output: 20,
    cacheRead: 30,
    cacheWrite: 40,
    usd: 0.5,
    usdWithBranches: 0.5,
    firstAt: '2026-11-22T10:00:00.000Z',
    lastAt: '2026-11-22T10:20:00.000Z',
    branches: [],
    ...over,
  };
}
