import type { OnStanding } from '../accounts/pool.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { LedgerState } from '../usage/ledger/ledger.ts';
import { Metrics } from '../usage/metrics/metrics.ts';
import { openLedger } from './ledger.ts';
import type { Parts } from './parts.ts';

/** Whoever hears of every call when it is over. */
export interface Recording {
  readonly record: Recorder;
  readonly onStanding: OnStanding;
  readonly ledger: () => LedgerState;
  readonly metrics: Metrics;
}

/** Closes late: until then there may be calls to write down. `others` hear of them as well. */
export function openRecording(
  { stores: { database }, live, clock, log, closing }: Parts,
  others: readonly Recorder[] = [],
): Recording {
  const ledger = openLedger({ database, settings: () => live.settings.ledger, clock, log });
  closing.push(() => ledger.close());
  const metrics = new Metrics(clock);
  const { enabled } = live.settings.metrics;
  const recorders: readonly Recorder[] = [ledger.record, ...(enabled ? [metrics.record] : []), ...others];
  return {
    record(call) {
      for (const recorder of recorders) recorder(call);
    },
    onStanding: ledger.onStanding,
    ledger: ledger.look,
    metrics,
  };
}
