/**
 * What tokens of each kind cost: US dollars per million, which is the same number as millionths of a dollar per
 * token, so that nothing is converted on the way to a {@link Cost}.
 */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

/** Rates for prompts up to a size. The whole call is priced by the band that its prompt falls into. */
export interface Band extends Rates {
  /** The largest prompt of this band (tokens, cache reads and writes included); without end for the last one. */
  readonly upTo: number;
}

/** Where a price comes from. */
export type PriceSource = 'client' | 'meter' | 'documentation' | 'package' | 'settings';

/** What a model costs from some moment on. */
export interface Price {
  /** Whose price this is, by the name in the list: `claude-opus-5-5` for `us.anthropic.claude-opus-5-5-v1:0`. */
  readonly model: string;
  readonly basis: 'listed' | 'set' | 'unknown';
  readonly source: PriceSource;
  /** For people, where the source alone does not say it: the vendor in the package, the table of the settings. */
  readonly sourceName?: string;
  /** From this moment on (ms since the epoch), or always. */
  readonly from: number;
  /** By prompt size, smallest first; never empty. */
  readonly bands: readonly [Band, ...Band[]];
  /** What all rates are multiplied with in fast mode; undefined where nobody knows. */
  readonly fast: number | undefined;
  /** It stands in for a price that nobody knows exactly: one that depends on the hour, or that began later. */
  readonly isEstimate: boolean;
}

/** The prices of one model, oldest first. */
export type PriceHistory = readonly [Price, ...Price[]];

/** The price that held at `at`. Before the first one it is the first one, as an estimate. */
export function priceAt(history: PriceHistory, at: number): Price {
  const [first] = history;
  return history.findLast(({ from }) => from <= at) ?? { ...first, isEstimate: true };
}

/** The band for a prompt of `tokens`; exactly its `upTo` still belongs to it. */
export function bandFor({ bands }: Price, tokens: number): Band {
  for (const band of bands) if (tokens <= band.upTo) return band;
  return bands[bands.length - 1] ?? bands[0];
}

/** The same rates, all of them `factor` times as high. */
export function scaled(band: Band, factor: number): Band {
  return {
    upTo: band.upTo,
    input: band.input * factor,
    output: band.output * factor,
    cacheRead: band.cacheRead * factor,
    cacheWrite5m: band.cacheWrite5m * factor,
    cacheWrite1h: band.cacheWrite1h * factor,
  };
}

/** The first moment of a day (`2026-10-07`) in UTC; no day is always. */
export function momentOf(day: string | null | undefined): number {
  return day === null || day === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${day}T00:00:00Z`);
}
