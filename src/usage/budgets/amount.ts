import type { Usage } from '../../prices/usage.ts';

/** What was, or may be, used: money in millionths of a US dollar, and tokens. */
export interface Amount {
  readonly microUsd: number;
  readonly tokens: number;
}

export const nothing: Amount = { microUsd: 0, tokens: 0 };

export function sum(a: Amount, b: Amount): Amount {
  return { microUsd: a.microUsd + b.microUsd, tokens: a.tokens + b.tokens };
}

export function difference(a: Amount, b: Amount): Amount {
  return { microUsd: a.microUsd - b.microUsd, tokens: a.tokens - b.tokens };
}

/**
 * The tokens of a usage that count against a budget: everything but reads from the cache. A conversation
 * reads its whole past again with every turn: counted, that would be nine tenths of any budget, for a tenth
 * of the price.
 */
export function countedTokens({ input, output, cacheWrite5m, cacheWrite1h }: Usage): number {
  return input + output + cacheWrite5m + cacheWrite1h;
}
