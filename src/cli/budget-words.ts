import type { KeyBudget } from '../access/client-key.ts';
import { amountWords } from '../admin/amount-words.ts';
import type { KeyBudgetView } from '../admin/contract-budgets.ts';
import { problem } from './problems.ts';

/** `20usd/month`, `500000tokens/day`, `2.5mtokens/week/soft`. */
const form = /^(\d{1,12}(?:\.\d{1,6})?) ?(usd|(?:k|m)?tokens?)\/(day|week|month)(\/soft)?$/i;

const periodOf = { day: 'daily', week: 'weekly', month: 'monthly' } as const;
const wordOf = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

/**
 * The budgets a person gives a key, as the options say them.
 *
 * @throws Problem value-invalid
 */
export function budgetsOf(texts: readonly string[]): KeyBudget[] {
  return texts.map((text) => {
    const [, amount = '', unit = '', every = '', soft] = form.exec(text.trim().toLowerCase()) ?? [];
    const period = Object.entries(periodOf).find(([word]) => word === every)?.[1];
    const limit = limitOf(Number(amount), unit);
    if (period === undefined || limit === undefined) {
      const expects =
        'a cent or more for a period, such as 20usd/month, or tokens: 500ktokens/day, 2mtokens/week/soft';
      throw problem('value-invalid', { option: '--budget', value: text.slice(0, 40), expects });
    }
    return { period, ...limit, hard: soft === undefined };
  });
}

function limitOf(amount: number, unit: string): Pick<KeyBudget, 'limitUsd' | 'limitTokens'> | undefined {
  if (unit === 'usd') return amount >= 0.01 && amount <= 1e9 ? { limitUsd: amount } : undefined;
  const size = unit.startsWith('k') ? 1e3 : unit.startsWith('m') ? 1e6 : 1;
  const tokens = Math.round(amount * size);
  return tokens >= 1 && Number.isSafeInteger(tokens) ? { limitTokens: tokens } : undefined;
}

/** `$20.00 a month`, `500,000 tokens a day, only warned of`. */
export function keyBudgetWords({ period, limitUsd, limitTokens, hard }: KeyBudgetView): string {
  const limit = limitUsd === null ? amountWords('tokens', limitTokens ?? 0) : amountWords('usd', limitUsd);
  return `${limit} a ${wordOf[period]}${hard ? '' : ', only warned of'}`;
}
