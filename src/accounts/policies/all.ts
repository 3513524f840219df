import type { Policy } from '../selection.ts';
import { balanced } from './balanced.ts';
import { leastCost } from './least-cost.ts';
import { priority } from './priority.ts';
import { roundRobin } from './round-robin.ts';
import { soonestReset } from './soonest-reset.ts';

/** The policies by the names that `routing.policy` has for them. */
export const policies = {
  balanced,
  'round-robin': roundRobin,
  priority,
  'soonest-reset': soonestReset,
  'least-cost': leastCost,
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;
