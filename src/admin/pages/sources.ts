import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Seen } from '../../usage/reports/seen.ts';
import type { SeriesAsk, UsageSeries } from '../../usage/reports/usage-series.ts';
import type { Captures } from '../captures.ts';
import type { RunningView } from '../contract-usage.ts';
import type { LogView, StatusView, VaultView } from '../contract.ts';
import type { Management } from '../management.ts';
import type { PeopleAtThePage } from '../people.ts';
import type { Removals } from '../removals.ts';
import type { Reports } from '../reports.ts';
import type { SettingsManagement } from '../settings.ts';
import type { PacedChecks } from './health/paced-checks.ts';

/** Where pages get what they show, and what their buttons do. The same that commands use. */
export interface Sources {
  readonly management: Management;
  /** What was removed here a moment ago. */
  readonly removals: Removals;
  readonly people: PeopleAtThePage;
  readonly reports: Reports;
  readonly settings: SettingsManagement;
  /** Of what calls were since a moment. */
  readonly seenSince: (moment: number) => Promise<Seen>;
  /** What each client has cost since the day of a moment (millionths of a US dollar), by its id. */
  readonly costOfClients: (moment: number) => Promise<ReadonlyMap<string, number>>;
  /** What was used over time; `isFollowing` for a page that asks for the same again and again. */
  readonly series: (ask: SeriesAsk, isFollowing: boolean) => Promise<UsageSeries>;
  /** Looks at everything, as `doctor` does. */
  readonly checks: Pick<PacedChecks, 'look' | 'follow'>;
  /** What is known without looking. */
  readonly facts: () => Promise<Facts>;
  /** The state of the proxy right now. */
  readonly status: () => StatusView | Promise<StatusView>;
  /** Whether calls are written down. */
  readonly isLedgerOn: () => boolean;
  /** What was kept of calls, where somebody turned that on. */
  readonly captures: () => Promise<Captures>;
  /** The calls that are inside now, in the order in which they came. */
  readonly running: () => Promise<readonly RunningView[]>;
  /** Somebody looks at the requests from now on, until what is returned is called. */
  readonly lookAtRequests: () => () => void;
  /** The id of the account that a new session would get now. */
  readonly next: () => string | undefined;
  /** How many sessions each account holds, by its id. */
  readonly sessions: () => ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where a proxy keeps things, and how large they are. */
export interface Facts {
  readonly home: string;
  readonly runtime: string;
  /** A version that is newer than this one; null where none is known of. */
  readonly newer: string | null;
  /** `bytes` is null where it is on another machine. */
  readonly database: { readonly place: string; readonly bytes: number | null };
  readonly vault: VaultView;
  readonly log: LogView;
}
