import type { Usage } from '../../src/prices/usage.ts';
import type { Said } from '../../src/usage/tap/said.ts';

/** What an answer said of itself, without what it did not. */
export interface Saying {
  messageId?: string;
  containerId?: string;
  model?: string;
  stopReason?: string;
  errorType?: string;
  isWhole: boolean;
  usage?: Usage;
}

/** What `said` knows now. */
export function sayingOf(said: Said): Saying {
  const { messageId, containerId, model, stopReason, errorType, isWhole } = said;
  const all = { messageId, containerId, model, stopReason, errorType, isWhole, usage: said.usage() };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as Saying;
}

/** A usage with some numbers; the others are 0. */
export function aUsage(some: Partial<Usage>): Usage {
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
