import type { Role } from '../../../access/people/role.ts';
import { amountWords } from '../../amount-words.ts';
import type { BudgetView, KeyBudgetView } from '../../contract-budgets.ts';
import type { KeyView } from '../../contract.ts';
import type { Tone } from '../parts/bits.tsx';

const each = { daily: 'a day', weekly: 'a week', monthly: 'a month' } as const;

/** `$4.20 of $20.00 a month`. */
export function budgetWords({ unit, used, limit, period }: BudgetView): string {
  const whole = amountWords(unit, limit);
  const part = unit === 'tokens' ? used.toLocaleString('en-US') : amountWords(unit, used);
  return `${part} of ${whole} ${each[period]}`;
}

export function budgetTone({ isUsedUp, hard, percent }: BudgetView): Tone {
  if (isUsedUp) return hard ? 'bad' : 'warn';
  return percent >= 75 ? 'warn' : 'good';
}

/** What a key may spend, and how much of it is: its own budgets and those of the settings for it. */
export function budgetsOf({ id, name }: KeyView, all: readonly BudgetView[]): BudgetView[] {
  const lower = name.toLowerCase();
  return all.filter(
    ({ scope, of }) => scope === 'key' && of.some((one) => one === id || one.toLowerCase() === lower),
  );
}

/** What is limited about a key beside money: `60 a minute`, `4 at once`. */
export function limitWords({ requestsPerMinute, callsAtOnce }: KeyView): string[] {
  return [
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute.toLocaleString('en-US')} a minute`]),
    ...(callsAtOnce === null ? [] : [`${callsAtOnce.toLocaleString('en-US')} at once`]),
  ];
}

/** What a key with a role may do besides calling. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'Reads status and metrics',
  admin: 'Changes accounts and keys',
};

/** What is typed into the fields of one budget. */
export interface BudgetFields {
  readonly amount: string;
  readonly unit: 'usd' | 'tokens';
  readonly period: KeyBudgetView['period'];
  readonly hard: boolean;
}

export const emptyBudget: BudgetFields = { amount: '', unit: 'usd', period: 'monthly', hard: true };

export function budgetFields({ limitUsd, limitTokens, period, hard }: KeyBudgetView): BudgetFields {
  const unit = limitUsd === null ? 'tokens' : 'usd';
  return { amount: String(limitUsd ?? limitTokens ?? ''), unit, period, hard };
}
