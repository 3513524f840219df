import { fitsAny } from '../base/pattern.ts';
import { momentOf, scaled, type Band, type Price, type PriceHistory } from './price.ts';

/**
 * A price that the user sets: `[prices.NAME]` of the settings, US dollars per million tokens. Either `input` and
 * `output`, or `factor`.
 */
export interface SetPrice {
  /** Patterns of model names. */
  readonly models: readonly string[];
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
  /** In place of rates: so many times what the list says. */
  readonly factor: number | undefined;
  /** The first day it holds. */
  readonly from: string | undefined;
}

/** Prices by the names of their tables. */
export type SetPrices = ReadonlyMap<string, SetPrice>;

/** A price that was set, with the moment it begins. */
export interface SetHistory {
  readonly from: number;
  readonly history: PriceHistory;
}

/**
 * What `set` says of a model that goes by `names` (most exact first), newest first. A table that fits a more exact
 * name stands before one that fits a plainer one, so `us.anthropic.*` may cost more than the model elsewhere.
 */
export function setHistories(set: SetPrices, names: readonly string[], known: PriceHistory): SetHistory[] {
  const tables = [...set];
  const fitting = names
    .map((name) => tables.filter(([, { models }]) => models.length > 0 && fitsAny(models, name)))
    .find((found) => found.length > 0);
  return (fitting ?? [])
    .map(([table, price]) => ({ from: momentOf(price.from), history: historyOf(table, price, known) }))
    .toSorted((a, b) => b.from - a.from);
}

function historyOf(table: string, set: SetPrice, known: PriceHistory): PriceHistory {
  if (set.factor !== undefined) return factored(table, set.factor, known);
  const [{ model, fast }] = known;
  const isKnown = known[0].basis !== 'unknown';
  return [
    {
      model: isKnown ? model : table,
      basis: 'set',
      source: 'settings',
      sourceName: table,
      from: momentOf(set.from),
      bands: [ratesOf(set)],
      fast: isKnown ? fast : undefined,
      isEstimate: false,
    },
  ];
}

/** A share of what is listed is a price that was set; a share of an assumption stays an assumption. */
function factored(table: string, factor: number, [first, ...rest]: PriceHistory): PriceHistory {
  const asSet = (price: Price): Price => {
    const [smallest, ...larger] = price.bands;
    return {
      ...price,
      basis: price.basis === 'unknown' ? 'unknown' : 'set',
      source: 'settings',
      sourceName: table,
      bands: [scaled(smallest, factor), ...larger.map((band) => scaled(band, factor))],
    };
  };
  return [asSet(first), ...rest.map(asSet)];
}

/** What is left out follows from the input as it does in every price list of the vendor (docs/prices.md). */
function ratesOf({ input = 0, output = 0, cacheRead, cacheWrite5m, cacheWrite1h }: SetPrice): Band {
  return {
    upTo: Number.POSITIVE_INFINITY,
    input,
    output,
    cacheRead: cacheRead ?? input * 0.1,
    cacheWrite5m: cacheWrite5m ?? input * 1.25,
    cacheWrite1h: cacheWrite1h ?? input * 2,
  };
}
