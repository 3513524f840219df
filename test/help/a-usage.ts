import type { Usage } from '../../src/prices/usage.ts';

/** A usage in which only what is named is not nothing. */
export function aUsage(some: Partial<Usage> = {}): Usage {
  return {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    webSearches: 0,
    webFetches: 0,
    isEstimate: false,
    ...some,
  };
}

/** The day on which the list was made, when every price in it holds. */
export const today = Date.parse('2026-11-22T12:00:00Z');
