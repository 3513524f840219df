import { percentOf, isUsedUp } from '../usage/budgets/cap.ts';
import type { SeenBudget } from '../usage/budgets/budgets.ts';
import type { BudgetView } from './contract-budgets.ts';

/** A budget as `status` and `budgets` show it. Money in dollars, to the hundredth of a cent. */
export function budgetView(seen: SeenBudget): BudgetView {
  const { pot, used, held, resetAt, callsInFlight } = seen;
  const shown = (amount: number): number =>
    pot.unit === 'usd' ? Math.round(amount / 100) / 10_000 : Math.round(amount);
  return {
    name: pot.name,
    scope: pot.scope,
    of: pot.of,
    period: pot.period,
    unit: pot.unit,
    limit: shown(pot.limit),
    used: shown(used),
    percent: percentOf(seen),
    hard: pot.isHard,
    isUsedUp: isUsedUp(seen),
    resetsAt: new Date(resetAt).toISOString(),
    held: shown(held),
    inFlight: callsInFlight,
  };
}
