import type { BudgetView } from './contract-budgets.ts';

/** An amount for people: `$12.34`, `$0.0042`, `1,234 tokens`; more than cents where it is less than ten of them. */
export function amountWords(unit: BudgetView['unit'], amount: number): string {
  if (unit === 'tokens') return `${amount.toLocaleString('en-US')} tokens`;
  const maximumFractionDigits = amount < 0.1 ? 4 : 2;
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits })}`;
}
