import type { StandingView, WindowView } from './contract-accounts.ts';
import type { BudgetView } from './contract-budgets.ts';

/** What a status line shows: `POST /control/line` (`session`, which may be left out). */
export interface LineView {
  /** The account that the session is on, else the one a new session would probably get; null where there is none. */
  readonly account: {
    readonly name: string;
    /** The session is on it. */
    readonly isOfSession: boolean;
    readonly standing: StandingView;
    /** The fullest first. */
    readonly windows: readonly WindowView[];
  } | null;
  /** What the calls of the session cost that are in the ledger; null where none was named, or has been kept. */
  readonly sessionUsd: number | null;
  /** The same of everybody's calls since midnight, where the proxy runs. */
  readonly todayUsd: number | null;
  /** The fullest of all. */
  readonly budget: BudgetView | null;
}
