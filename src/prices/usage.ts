/**
 * What an answer says it used (`usage` of the Messages API). Counts are tokens; what the answer does not say
 * stays undefined. Total input is `input` + `cacheRead` + `cacheWrite5m` + `cacheWrite1h`.
 */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Written for five minutes: all of `cache_creation_input_tokens` that is not named as written for an hour. */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** The part of `output` that was thinking. */
  readonly thinking?: number;
  readonly webSearches: number;
  readonly webFetches: number;
  /** `standard`, `priority`, `batch`, or whatever comes. */
  readonly serviceTier?: string;
  /** `standard`, `fast`. */
  readonly speed?: string;
  /** `us`, `eu`, `global`, … */
  readonly inferenceGeo?: string;
  /** The stream broke off before it told its final numbers: `output` is worked out of what had passed. */
  readonly isEstimate: boolean;
}

/** What a usage costs, in millionths of a US dollar (fractions of one included). */
export interface Cost {
  readonly microUsd: number;
  /** Each part by itself; their sum is `microUsd`. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Web searches and the like. */
  readonly fees: number;
  /**
   * `listed`: a price for this model is known. `set`: by the user. `unknown`: no price is known, and this is
   * what the newest middle price would make of it; never shown without saying so.
   */
  readonly basis: 'listed' | 'set' | 'unknown';
  /** The usage, or a multiplier, was an estimate. */
  readonly isEstimate: boolean;
  /** What reading from the cache saved against paying full input for the same tokens, less what writing cost more. */
  readonly cacheSaved: number;
}
