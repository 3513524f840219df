import { costOf, moveCost } from './cost.ts';
import { openPriceBook, type PriceBook } from './price-book.ts';
import type { SetPrices } from './set-prices.ts';
import type { Cost, Usage } from './usage.ts';

/** What things cost at a moment (ms since the epoch), for those who do not care where prices come from. */
export interface Pricing {
  costOf(usage: Usage, model: string | undefined, at: number): Cost;
  /** To write so many tokens into another cache instead of reading them (millionths of a US dollar). */
  moveCost(tokens: number, model: string | undefined, at: number, keptFor?: '5m' | '1h'): number;
}

/**
 * Prices by the list, the package and the settings as they are at each call. The list is read when the first call
 * is priced: a proxy that has nothing to do holds none.
 */
export function openPricing(set: () => SetPrices): Pricing {
  let opened: PriceBook | undefined;
  const book = (): PriceBook => (opened ??= openPriceBook(set));
  return {
    costOf: (usage, model, at) => costOf(usage, model, at, book()),
    moveCost: (tokens, model, at, keptFor) => moveCost(tokens, model, at, book(), keptFor),
  };
}
