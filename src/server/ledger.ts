import type { OnStanding } from '../accounts/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { Database } from '../database/open.ts';
import type { Recorder } from '../usage/call-record.ts';
import { Ledger, type LedgerState } from '../usage/ledger/ledger.ts';
import { KeptDigests } from '../usage/kept-digests.ts';
import { Retention } from '../usage/ledger/retention.ts';

export interface OpenLedgerOptions {
  readonly database: Database;
  /** As they are now. */
  readonly settings: () => Settings['ledger'];
  readonly clock: Clock;
  readonly log: Log;
}

/** The ledger of a running proxy, as the settings want it right now. */
export interface OpenLedger {
  readonly record: Recorder;
  readonly onStanding: OnStanding;
  readonly look: () => LedgerState;
  /** Writes what waits. The database must still be open. */
  close(): Promise<void>;
}

export function openLedger({ database, settings, clock, log }: OpenLedgerOptions): OpenLedger {
  const ledger = new Ledger({ database, clock, log, random: Math.random });
  const digests = new KeptDigests({ database, log });
  const retention = new Retention({ database, clock, log, settings });
  // What is too old goes also where nothing new is written down.
  retention.start();
  return {
    record(call) {
      if (!settings().enabled) return;
      ledger.record(call);
      if (call.digests !== undefined) digests.record(call);
    },
    onStanding({ id, name }, standing) {
      if (!settings().enabled) return;
      const until = standing.is === 'resting' ? standing.until : undefined;
      const reason = 'reason' in standing ? standing.reason : undefined;
      ledger.standing({ accountId: id, accountName: name, standing: standing.is, until, reason });
    },
    look: () => ledger.look(),
    async close() {
      await retention.close();
      await ledger.close();
      await digests.flush();
    },
  };
}
