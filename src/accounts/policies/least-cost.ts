import type { Policy } from '../selection.ts';
import { balanced } from './balanced.ts';

/** The lowest priority first; among equals the one where a call costs least. What is equal is balanced. */
export const leastCost: Policy = {
  order(a, b) {
    if (a.priority !== b.priority || a.priceFactor === b.priceFactor) return balanced.order(a, b);
    return a.priceFactor - b.priceFactor;
  },
  shareOf: (candidate) => balanced.shareOf(candidate),
};
