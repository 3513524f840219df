import type { Flaw } from './flaws.ts';
import type { NamedTable } from './given.ts';
import type { BudgetSettings, Settings } from './settings.ts';

/** What no setting of a budget can know alone; `tables` are those without a flaw of their own. */
export function checkedBudgets({ budgets }: Settings, tables: readonly NamedTable[]): Flaw[] {
  const ours = tables.filter(({ section }) => section === 'budgets');
  return ours.flatMap(({ key, entry, source }) => {
    const budget = budgets.get(entry);
    return budget === undefined ? [] : flawsOf(key, budget).map((flaw) => ({ source, key, ...flaw }));
  });
}

function flawsOf(
  key: string,
  { scope, of, limitUsd, limitTokens }: BudgetSettings,
): Pick<Flaw, 'wrong' | 'right'>[] {
  const limits = `${key}.limit_usd or ${key}.limit_tokens`;
  if (limitUsd === undefined && limitTokens === undefined)
    return [{ wrong: 'has no limit', right: `set ${limits}` }];
  if (limitUsd !== undefined && limitTokens !== undefined)
    return [
      { wrong: 'has two limits', right: `set ${limits}, not both; a second budget may hold the other` },
    ];
  if ((scope === 'key' || scope === 'account') && of.length === 0)
    return [{ wrong: `says nothing of which ${scope} it is for`, right: `set ${key}.of` }];
  if (scope === 'total' && of.length > 0)
    return [
      { wrong: 'is for everybody and names somebody', right: `set ${key}.scope, or leave ${key}.of out` },
    ];
  return [];
}
