import type { Policy } from '../selection.ts';
import { balanced } from './balanced.ts';

/**
 * The lowest priority first; among equals the one whose budget begins anew soonest, since what is left of it by
 * then is lost. Those without one come last, and what is equal is balanced.
 */
export const soonestReset: Policy = {
  goesByResets: true,
  order(a, b) {
    if (a.priority !== b.priority || a.resetsAt === b.resetsAt) return balanced.order(a, b);
    return a.resetsAt < b.resetsAt ? -1 : 1;
  },
  shareOf: (candidate) => balanced.shareOf(candidate),
};
