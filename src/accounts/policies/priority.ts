import type { Policy } from '../selection.ts';

/** The lowest priority first, and of equals always the first: one account is used up before the next is begun. */
export const priority: Policy = {
  order: (a, b) => a.priority - b.priority,
  shareOf: ({ weight }) => weight,
};
