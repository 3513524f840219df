import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Captures } from '../captures.ts';
import type { RunningView } from '../contract-usage.ts';
import type { StatusView } from '../contract.ts';
import type { Management } from '../management.ts';
import type { Reports } from '../reports.ts';

/** Where pages get what they show, and what their buttons do. The same that commands use. */
export interface Sources {
  readonly management: Management;
  readonly reports: Reports;
  /** The state of the proxy right now. */
  readonly status: () => StatusView | Promise<StatusView>;
  /** Whether calls are written down. */
  readonly isLedgerOn: () => boolean;
  /** What was kept of calls, where somebody turned that on. */
  readonly captures: () => Promise<Captures>;
  /** The calls that are inside now, in the order in which they came. */
  readonly running: () => readonly RunningView[];
  /** The id of the account that a new session would get now. */
  readonly next: () => string | undefined;
  /** How many sessions each account holds, by its id. */
  readonly sessions: () => ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly log: Log;
}
