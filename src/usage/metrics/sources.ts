import type { LedgerState } from '../ledger/ledger.ts';

/**
 * What metrics ask others for when somebody looks. Asked for anew each time, so it must be at hand: nothing that
 * waits for a disk or a network. Moments are milliseconds since the epoch.
 */
export interface MetricSources {
  readonly accounts: () => readonly AccountState[];
  readonly traffic: () => Traffic;
  readonly headroom?: HeadroomSource | undefined;
  /** How the ledger keeps up. */
  readonly ledger?: (() => LedgerState) | undefined;
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
  /** Those of them that wait for an account. */
  readonly callsWaiting: number;
  /** Streamed answers underway. */
  readonly streamsOpen: number;
  /** Bytes of requests that are held to be repeated. */
  readonly heldBytes: number;
}

/** What is left of the limits of accounts, as far as anybody knows. */
export type HeadroomSource = () => readonly {
  /** Its name. */
  readonly account: string;
  /** Which limit, as the upstream names it: `5h`, `7d_opus`, `input-tokens`. There must be a bound to the names. */
  readonly window: string;
  /** 0 … 1 */
  readonly used?: number | undefined;
  /** In what the window counts. */
  readonly remaining?: number | undefined;
  readonly resetAt?: number | undefined;
}[];

/** Every budget that is set. */
export type BudgetSource = () => readonly {
  /** Its name, or that of the key it stands with. */
  readonly budget: string;
  /** Whose spending counts: `total`, `key`, `account`. */
  readonly scope: string;
  /** `daily`, `weekly`, `monthly`. */
  readonly period: string;
  /** Whether calls are refused when it is used up. */
  readonly isHard: boolean;
  readonly unit: 'usd' | 'tokens';
  /** In dollars or tokens; what runs now included. */
  readonly used: number;
  readonly limit: number;
  readonly resetAt?: number;
}[];

/** How a renewal of tokens ended, as the label `result` calls it. */
export type RefreshResult = 'refreshed' | 'found' | 'signed-out' | 'provider' | 'settings' | 'here';
