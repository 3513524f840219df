import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Budgets } from '../usage/budgets/budgets.ts';
import type { PriceOf } from '../usage/budgets/expectation.ts';
import { Spend } from '../usage/budgets/spend.ts';
import type { Pricing } from '../usage/priced.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Stores } from './stores.ts';

export interface BudgetsOptions {
  readonly stores: Pick<Stores, 'database' | 'keys' | 'accounts'>;
  readonly live: LiveSettings;
  readonly pricing: Pricing;
  readonly clock: Clock;
  readonly log: Log;
}

/** Budgets that follow the settings, the client keys and the accounts. */
export interface OpenBudgets {
  readonly budgets: Budgets;
  readonly spend: Spend;
  /** Writes what is not written yet, and stops. */
  close(): Promise<void>;
}

export async function openBudgets({
  stores,
  live,
  pricing,
  clock,
  log,
}: BudgetsOptions): Promise<OpenBudgets> {
  const { database, keys, accounts } = stores;
  const spend = await Spend.open({ database, clock, log });
  const whenUnreadable = (): 'open' | 'closed' => live.settings.clients.budgetsWhenUnreadable;
  const priceOf: PriceOf = (model, usage, at) => pricing.costOf(usage, model, at).microUsd;
  const budgets = new Budgets({ spend, priceOf, clock, log, whenUnreadable });
  const refill = (): void => {
    budgets.refill({
      budgets: live.settings.budgets,
      keys: keys.list().map((key) => ({ ...key, isOver: key.revokedAt !== undefined })),
      accounts: accounts.list(),
    });
  };
  refill();
  live.onChange(refill);
  const leaving = [keys.onChange(refill), accounts.onChange(refill)];
  return {
    budgets,
    spend,
    close: () => {
      for (const leave of leaving) leave();
      return spend.close();
    },
  };
}
