import type { Flaw } from './flaws.ts';
import type { NamedTable } from './given.ts';
import type { BudgetSettings, Settings } from './settings.ts';

/** What no setting of a budget can know alone; `tables` are those without a flaw of their own. */
export function checkedBudgets({ budgets }: Settings, tables: readonly NamedTable[]): Flaw[] {
  const ours = tables.filter(({ section }) => section === 'budgets');
  return ours.flatMap(({ key, entry, source }) => {
    // An empty table holds no value, and so makes no budget.
    const found = flawsOf(key, budgets.get(entry) ?? { scope: 'total', of: [] });
    return found.map((flaw) => ({ source, key, ...flaw }));
  });
}

function flawsOf(
  key: string,
  { scope, of, limitUsd, limitTokens }: Pick<BudgetSettings, 'scope' | 'of'> & Partial<BudgetSettings>,
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
