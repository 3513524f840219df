import { describe, expect, it } from 'bun:test';
import type { Cost } from '../../src/prices/usage.ts';
import type { CallRecord } from '../../src/usage/call-record.ts';
import type { Pricing } from '../../src/prices/pricing.ts';
import { priced } from '../../src/usage/priced.ts';
import { aUsage } from '../help/a-usage.ts';

/** What a plain message leaves behind, with `more`. */
function aRecord(more: Partial<CallRecord> = {}): CallRecord {
  return {
    requestId: 'req_1',
    startedAt: Date.UTC(2026, 10, 22, 12),
    method: 'POST',
    path: '/v1/messages',
    purpose: 'messages',
    clientId: 'local',
    clientName: 'local',
    isStream: false,
    status: 200,
    ended: 'complete',
    bytesIn: 100,
    bytesOut: 200,
    ms: 10,
    attempts: [],
    ...more,
  };
}

const cost: Cost = {
  microUsd: 5,
  input: 5,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  fees: 0,
  basis: 'listed',
  isEstimate: false,
  cacheSaved: 0,
};

/** Five millionths for a call; a token that is moved costs one, for an hour two. */
const pricing: Pricing & { asked: unknown[] } = {
  asked: [],
  costOf(usage, model, at) {
    this.asked.push([usage.input, model, at]);
    return cost;
  },
  moveCost: (tokens, _model, _at, keptFor) => tokens * (keptFor === '1h' ? 2 : 1),
};

const usage = aUsage({ input: 7, cacheWrite5m: 100, cacheWrite1h: 10 });
const move = {
  fromId: 'acc_a',
  fromName: 'ann',
  toId: 'acc_b',
  toName: 'bob',
  reason: '429 rate_limit_error',
};

describe('a record', () => {
  it('gets what its usage costs, by the model of the request when it began', () => {
    const record = aRecord({ usage, model: 'claude-x', answeredModel: 'claude-y', startedAt: 1_000 });
    expect(priced(record, pricing)).toEqual({ ...record, cost });
    expect(pricing.asked).toEqual([[7, 'claude-x', 1_000]]);
  });

  it('of a move gets what was written again', () => {
    expect(priced(aRecord({ usage, move }), pricing).move).toEqual({
      ...move,
      tokens: 110,
      microUsd: 120,
    });
  });

  it('of a move gets no more than what its session had in the cache: all else is new', () => {
    const known = { ...move, tokens: 55 };
    expect(priced(aRecord({ usage, move: known }), pricing).move).toEqual({ ...known, microUsd: 60 });
    const larger = { ...move, tokens: 5_000 };
    expect(priced(aRecord({ usage, move: larger }), pricing).move).toMatchObject({
      tokens: 110,
      microUsd: 120,
    });
    const found = aUsage({ cacheRead: 55, cacheWrite5m: 0, cacheWrite1h: 0 });
    expect(priced(aRecord({ usage: found, move: known }), pricing).move).toMatchObject({
      tokens: 0,
      microUsd: 0,
    });
  });

  it('of a move that lost nothing keeps that it cost nothing', () => {
    const free = { ...move, microUsd: 0 };
    expect(priced(aRecord({ usage, move: free }), pricing).move).toEqual(free);
  });

  it('of what is no message has no cache to lose', () => {
    expect(priced(aRecord({ usage, move, purpose: 'counting' }), pricing).move).toEqual(move);
  });

  it('stays as it is without usage, and where nobody knows prices', () => {
    const bare = aRecord({ move });
    expect(priced(bare, pricing)).toBe(bare);
    const used = aRecord({ usage });
    expect(priced(used, undefined)).toBe(used);
  });
});
