import type { Pricing } from '../prices/pricing.ts';
import type { CallRecord } from './call-record.ts';

/** The record with what the call and its move cost, as far as the answer told its usage. */
export function priced(record: CallRecord, pricing: Pricing | undefined): CallRecord {
  const { usage, model, startedAt, move, purpose } = record;
  if (pricing === undefined || usage === undefined) return record;
  const cost = pricing.costOf(usage, model, startedAt);
  // Only messages have a cache to lose.
  if (move === undefined || move.microUsd !== undefined || purpose !== 'messages') return { ...record, cost };
  const { cacheWrite5m, cacheWrite1h } = usage;
  const written = cacheWrite5m + cacheWrite1h;
  // What is new in this call had to be written wherever it went, and what the other cache had was read.
  const tokens = Math.min(written, move.tokens ?? written);
  const again = written === 0 ? 0 : tokens / written;
  const microUsd =
    pricing.moveCost(cacheWrite5m * again, model, startedAt, '5m') +
    pricing.moveCost(cacheWrite1h * again, model, startedAt, '1h');
  return { ...record, cost, move: { ...move, tokens, microUsd } };
}
