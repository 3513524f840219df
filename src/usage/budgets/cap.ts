import type { Pot } from './pots.ts';

/** How full a budget is. */
export interface Cap {
  readonly pot: Pot;
  /** In the unit of its limit. */
  readonly used: number;
  /** When it begins anew (ms since the epoch). */
  readonly resetAt: number;
}

/** The last warning before a budget is used up, whatever the setting says. */
const lastWarning = 0.95;

/** The part that is used; above 1 where it ran past its limit. */
export function ratioOf({ pot, used }: Cap): number {
  return used / pot.limit;
}

/** Whole percents, rounded down: nothing is full before it is. The same figure wherever a budget is shown. */
export function percentOf({ pot, used }: Cap): number {
  // What a division makes of 29 % must not become 28.
  return Math.floor((used * 100) / pot.limit + 1e-9);
}

export function isUsedUp({ pot, used }: Cap): boolean {
  return used >= pot.limit;
}

/** The highest threshold that is passed: what the setting says, 0.95, or 1; undefined below all. */
export function thresholdOf(cap: Cap): number | undefined {
  if (isUsedUp(cap)) return 1;
  const passed = [cap.pot.warnAt, lastWarning].filter((part) => cap.used >= part * cap.pot.limit);
  return passed.length === 0 ? undefined : Math.max(...passed);
}

/** The fullest; of equally full ones the one that begins anew last. */
export function fullest(caps: readonly Cap[]): Cap | undefined {
  return caps.toSorted((a, b) => ratioOf(b) - ratioOf(a) || b.resetAt - a.resetAt)[0];
}

/** The one that begins anew last: until then the caller waits. */
export function lastToReset(caps: readonly Cap[]): Cap | undefined {
  return caps.toSorted((a, b) => b.resetAt - a.resetAt)[0];
}
