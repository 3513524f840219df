import { Budgets } from '../usage/budgets/budgets.ts';
import type { PriceOf } from '../usage/budgets/expectation.ts';
import { Spend } from '../usage/budgets/spend.ts';
import type { Pricing } from '../prices/pricing.ts';
import type { Parts } from './parts.ts';

export interface BudgetsOptions extends Parts {
  readonly pricing: Pricing;
}

/** What may be spent, following the settings, the client keys and the accounts; and what was. */
export async function openBudgets(options: BudgetsOptions): Promise<{ budgets: Budgets; spend: Spend }> {
  const { stores, live, pricing, closing, clock, log } = options;
  const { database, keys, accounts } = stores;
  const spend = await Spend.open({ database, clock, log });
  closing.push(() => spend.close());
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
  closing.push(keys.onChange(refill), accounts.onChange(refill));
  return { budgets, spend };
}
