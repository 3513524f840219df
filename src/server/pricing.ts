import type { Settings } from '../config/settings.ts';
import { costOf, moveCost } from '../prices/cost.ts';
import { openPriceBook } from '../prices/price-book.ts';
import type { Pricing } from '../usage/priced.ts';

/** What things cost, by the list that comes with the program and by the prices of the settings as they are now. */
export function openPricing(settings: () => Settings): Pricing {
  const book = openPriceBook(() => settings().prices);
  return {
    costOf: (usage, model, at) => costOf(usage, model, at, book),
    moveCost: (tokens, model, at, keptFor) => moveCost(tokens, model, at, book, keptFor),
  };
}
