import type { SetPrice } from '../../src/prices/set-prices.ts';

/** A table of the settings in which only what is named is set. */
export function aSetPrice(some: Partial<SetPrice>): SetPrice {
  return {
    models: [],
    input: undefined,
    output: undefined,
    cacheRead: undefined,
    cacheWrite5m: undefined,
    cacheWrite1h: undefined,
    factor: undefined,
    from: undefined,
    ...some,
  };
}
