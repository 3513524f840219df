import type { Policy } from '../selection.ts';

/** The lowest priority first; equals in turn, by weight, whatever they are doing and have left. */
export const roundRobin: Policy = {
  order: (a, b) => (a.priority === b.priority ? a.given - b.given : a.priority - b.priority),
  shareOf: ({ weight }) => weight,
};
