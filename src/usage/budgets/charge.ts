import type { CallRecord } from '../call-record.ts';
import { type Amount, countedTokens, nothing } from './amount.ts';
import type { PriceOf } from './expectation.ts';

/** What of a call that is over the charge depends on. */
export type Charged = Pick<CallRecord, 'status' | 'ended' | 'model' | 'usage' | 'cost' | 'startedAt'>;

/**
 * What a call that is over has used. Where its answer told its usage, that is what counts, at the price of the model
 * that was asked for. Where it did not, because the client left first or nobody here can read it, what was
 * `expected` counts: leaving early must not be a way to pay nothing. Errors cost nothing.
 *
 * @param hasBegun whether any account was asked
 */
export function chargeOf(
  record: Charged,
  expected: () => Amount,
  hasBegun: boolean,
  priceOf: PriceOf,
): Amount {
  const { usage, cost, model = '', startedAt } = record;
  if (usage !== undefined)
    return { microUsd: cost?.microUsd ?? priceOf(model, usage, startedAt), tokens: countedTokens(usage) };
  const mayHaveRun = record.ended === 'client-left' || record.status === leftEarly || record.status < 300;
  return hasBegun && mayHaveRun && record.ended !== 'cut' ? expected() : nothing;
}

/** The status of a call whose client left before the answer began; only the log ever sees it. */
const leftEarly = 499;
