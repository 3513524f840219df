/** What a key may spend by its own. */
export interface KeyBudgetView {
  readonly period: 'daily' | 'weekly' | 'monthly';
  /** One of the two is not null. */
  readonly limitUsd: number | null;
  readonly limitTokens: number | null;
  /** Calls are refused once it is used up. */
  readonly hard: boolean;
}

/** A budget of a running proxy. */
export interface BudgetView {
  readonly name: string;
  readonly scope: 'total' | 'key' | 'account';
  /** Names of the keys or accounts it is for; empty for everybody. */
  readonly of: readonly string[];
  readonly period: 'daily' | 'weekly' | 'monthly';
  /** What `limit`, `used` and `held` are counted in: US dollars, or tokens. */
  readonly unit: 'usd' | 'tokens';
  readonly limit: number;
  readonly used: number;
  /** Whole percents, rounded down; may pass 100. */
  readonly percent: number;
  readonly hard: boolean;
  readonly isUsedUp: boolean;
  readonly resetsAt: string;
  /** What the calls that are running may come to. */
  readonly held: number;
  readonly inFlight: number;
}
