import type { LedgerState } from '../usage/ledger/ledger.ts';
import type { LedgerView } from './contract.ts';
import type { Probe } from './health.ts';

/** Calls that were dropped are worth a warning for so long (ms). */
const freshMs = 3_600_000;

export function ledgerView(state: LedgerState): LedgerView {
  const { waiting, waitingBytes, lagMs, written, dropped, lastDroppedAt, failingSince, lastError } = state;
  return {
    waiting,
    waitingBytes,
    lagMs: Math.round(lagMs),
    written,
    droppedCalls: dropped.calls,
    droppedAttempts: dropped.attempts,
    lastDroppedAt: momentOrNull(lastDroppedAt),
    failingSince: momentOrNull(failingSince),
    lastError: lastError === undefined ? null : { at: moment(lastError.at), reason: lastError.reason },
  };
}

/** Whether calls are written down. They are served either way: it is never more than a warning. */
export function ledgerProbe(look: () => LedgerState, now: () => number): Probe {
  return {
    name: 'ledger:waiting',
    componentType: 'datastore',
    check() {
      const { waiting, dropped, lastDroppedAt, failingSince, lastError } = look();
      const observed = { observedValue: waiting, observedUnit: 'calls' };
      const says: string[] = [];
      if (failingSince !== undefined)
        says.push(`The ledger cannot be written: ${lastError?.reason ?? 'nobody knows why'}`);
      if (lastDroppedAt !== undefined && now() - lastDroppedAt < freshMs)
        says.push(`Rows of ${dropped.calls} calls were dropped; their sums are kept.`);
      if (says.length === 0) return Promise.resolve({ status: 'pass', ...observed });
      return Promise.resolve({ status: 'warn', ...observed, output: says.join(' ') });
    },
  };
}

function moment(ms: number): string {
  return new Date(ms).toISOString();
}

function momentOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : moment(ms);
}
