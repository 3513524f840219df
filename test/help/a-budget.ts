import type { BudgetSettings } from '../../src/config/settings.ts';
import type { Usage } from '../../src/prices/usage.ts';
import type { PriceOf } from '../../src/usage/budgets/expectation.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { aUsage as someUsage } from './a-usage.ts';

/** A budget of the settings: a hundred dollars a month for everybody, with `more` of its own. */
export function aBudget(more: Partial<BudgetSettings> = {}): BudgetSettings {
  return {
    scope: 'total',
    of: [],
    period: 'monthly',
    limitUsd: more.limitTokens === undefined ? 100 : undefined,
    limitTokens: undefined,
    warnAt: 0.75,
    hard: true,
    ...more,
  };
}

/** A usage of `input` and `output` tokens, with `more` of its own. */
export function aUsage(input: number, output: number, more: Partial<Usage> = {}): Usage {
  return someUsage({ input, output, ...more });
}

/** One dollar a million tokens in, ten out, whatever the model. */
export const flatPrice: PriceOf = (_, { input, output }) => input + output * 10;

/** The record of a streamed call that ended well, with `more` of its own. */
export function aRecord(more: Partial<CallRecord> = {}): CallRecord {
  return {
    requestId: 'req_1',
    startedAt: 0,
    method: 'POST',
    path: '/v1/messages',
    purpose: 'messages',
    clientId: 'key_ann',
    clientName: 'ann',
    model: 'claude-opus-5-5',
    isStream: true,
    status: 200,
    ended: 'complete',
    bytesIn: 0,
    bytesOut: 0,
    ms: 0,
    attempts: [],
    ...more,
  };
}
