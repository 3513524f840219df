import type { Grouping } from './groupings.ts';
import type { SummedRow } from './summary.ts';

/** What is asked for. Accounts and clients by id or name, models as requests name them. */
export interface UsageAsk {
  readonly by: Grouping;
  /** From the hour that this moment is in, to before the hour that `until` is in (ms since the epoch). */
  readonly since: number;
  readonly until: number;
  readonly account?: string | undefined;
  readonly model?: string | undefined;
  readonly client?: string | undefined;
  /** The id of a session, or its beginning. */
  readonly session?: string | undefined;
}

/** The sums of one line before they are shown. */
export interface Line {
  readonly key: string;
  readonly name: string;
  readonly sums: SummedRow;
}
