/**
 * What metrics ask others for when somebody looks. Asked for anew each time, so it must be at hand: nothing that
 * waits for a disk or a network. Moments are milliseconds since the epoch.
 */
export interface MetricSources {
  readonly accounts: () => readonly AccountState[];
  readonly traffic: () => Traffic;
  readonly headroom?: HeadroomSource | undefined;
  readonly ledger?: LedgerSource | undefined;
  readonly budgets?: BudgetSource | undefined;
}

/** An account as the pool sees it. */
export interface AccountState {
  /** Its name. */
  readonly account: string;
  readonly standing: 'ready' | 'resting' | 'signed-out' | 'switched-off';
  /** When a rest ends. */
  readonly restsUntil?: number | undefined;
  readonly isAvoided: boolean;
  readonly callsInFlight: number;
}

/** What is going on right now. */
export interface Traffic {
  readonly callsInFlight: number;
  /** Streamed answers underway. */
  readonly streamsOpen: number;
  /** Bytes of requests that are held to be repeated. */
  readonly heldBytes: number;
}

/** What is left of the limits of accounts, as far as anybody knows. */
export type HeadroomSource = () => readonly {
  /** Its name. */
  readonly account: string;
  /** Which limit: `5h`, `7d`, `requests`, `input_tokens`. From a fixed set. */
  readonly window: string;
  /** 0 … 1 */
  readonly used?: number;
  /** In what the window counts. */
  readonly remaining?: number;
  readonly resetAt?: number;
}[];

/** How the ledger keeps up. */
export type LedgerSource = () => {
  /** Rows that wait to be written. */
  readonly queued: number;
  /** Rows that were given up since the start, because the disk was too slow or full. */
  readonly dropped: number;
  /** Rows written since the start. */
  readonly written: number;
};

/** Every budget that is set. */
export type BudgetSource = () => readonly {
  /** Its name, from the settings. */
  readonly budget: string;
  /** `day`, `week`, `month`. */
  readonly period: string;
  readonly unit: 'usd' | 'tokens';
  /** In dollars or tokens; what runs now included. */
  readonly used: number;
  readonly limit: number;
  readonly resetAt?: number;
}[];

/** How a renewal of tokens ended, as the label `result` calls it. */
export type RefreshResult = 'refreshed' | 'found' | 'signed-out' | 'provider' | 'settings' | 'here';
