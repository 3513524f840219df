import type { Pricing } from '../prices/pricing.ts';
import type { CallRecord } from './call-record.ts';

/** The record with what the call and its move cost, as far as the answer told its usage. */
export function priced(record: CallRecord, pricing: Pricing | undefined): CallRecord {
  const { usage, model, startedAt, move, purpose } = record;
  if (pricing === undefined || usage === undefined) return record;
  const cost = pricing.costOf(usage, model, startedAt);
  // Only messages have a cache to lose.
  if (move === undefined || move.microUsd !== undefined || purpose !== 'messages') return { ...record, cost };
  const microUsd =
    pricing.moveCost(usage.cacheWrite5m, model, startedAt, '5m') +
    pricing.moveCost(usage.cacheWrite1h, model, startedAt, '1h');
  return { ...record, cost, move: { ...move, microUsd } };
}
