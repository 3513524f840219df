import type { Flaw } from './flaws.ts';
import type { NamedTable } from './given.ts';
import type { Settings } from './settings.ts';

/** What no setting of a price can know alone; `tables` are those without a flaw of their own. */
export function checkedPrices({ prices }: Settings, tables: readonly NamedTable[]): Flaw[] {
  const ours = tables.filter(({ section }) => section === 'prices');
  return ours.flatMap(({ key, entry, source }) => {
    const price = prices.get(entry);
    const flaw = (wrong: string, right: string): Flaw[] => [{ source, key, wrong, right }];
    if (price === undefined || price.models.length === 0)
      return flaw('names no model', `set ${key}.models, ["*"] for all`);
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, factor } = price;
    const rates = [input, output, cacheRead, cacheWrite5m, cacheWrite1h];
    const hasRates = rates.some((rate) => rate !== undefined);
    if (factor !== undefined && hasRates)
      return flaw('has a factor and rates', `set ${key}.factor or the rates, not both`);
    if (factor === undefined && (input === undefined || output === undefined))
      return flaw('says no whole price', `set ${key}.input and ${key}.output, or ${key}.factor`);
    return [];
  });
}
