import type { FileModel, FilePeriod, PriceFile } from './price-file.ts';
import { flawsIn } from './price-list-flaws.ts';
import { momentOf, type Band, type Price, type PriceHistory, type PriceSource } from './price.ts';

/** Our own list, ready to be asked. */
export interface PriceList {
  /** The day it was made. */
  readonly asOf: string;
  /** By every full name of a model, lower case. */
  readonly models: ReadonlyMap<string, PriceHistory>;
  /** Short names such as `opus`. Only a whole name is one: a fine-tune that ends in `/opus` is not. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What a model is priced like that nobody knows. */
  readonly unknown: PriceHistory;
  readonly serviceTier: ReadonlyMap<string, number>;
  readonly inferenceGeo: ReadonlyMap<string, number>;
  /** Millionths of a US dollar a request. */
  readonly fees: { readonly webSearch: number; readonly webFetch: number };
}

/** The list that comes with the program, read when it is asked for: an idle proxy needs no prices. */
export function shippedList(): PriceList {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test hands the same file over by its type
  return readPriceList(require('../../data/prices.json') as PriceFile);
}

/**
 * @throws Error with every flaw. The shape is the compiler's business, the meaning is checked here, and tests and
 * the build read the file that is shipped: nobody meets this at run time.
 */
export function readPriceList(file: PriceFile): PriceList {
  const flaws = flawsIn(file);
  if (flaws.length > 0) throw new Error(`The price list is damaged:\n  ${flaws.join('\n  ')}`);
  const models = new Map<string, PriceHistory>();
  for (const model of file.models) {
    const history = historyOf(model);
    for (const name of [model.id, ...(model.also ?? [])]) models.set(name, history);
  }
  const like = models.get(file.unknown.like);
  if (like === undefined) throw new Error(`The price list does not have ${file.unknown.like}.`);
  return {
    asOf: file.asOf,
    models,
    aliases: new Map(Object.entries(file.aliases)),
    unknown: assumed(like),
    serviceTier: new Map(Object.entries(file.multipliers.serviceTier)),
    inferenceGeo: new Map(Object.entries(file.multipliers.inferenceGeo)),
    fees: { webSearch: file.fees.webSearch * 1e6, webFetch: file.fees.webFetch * 1e6 },
  };
}

function historyOf({ id, fast, periods }: FileModel): PriceHistory {
  const [first, ...rest] = periods.map((period) => priceOf(id, fast ?? undefined, period));
  if (first === undefined) throw new Error(`The price list has no price for ${id}.`);
  return [first, ...rest];
}

function priceOf(model: string, fast: number | undefined, { from, source, bands }: FilePeriod): Price {
  const [first, ...rest] = bands.map((band) => ({ ...band, upTo: band.upTo ?? Number.POSITIVE_INFINITY }));
  if (first === undefined) throw new Error(`The price list has no rates for ${model}.`);
  const both: readonly [Band, ...Band[]] = [first, ...rest];
  return {
    model,
    basis: 'listed',
    source: sourceOf(source),
    from: momentOf(from),
    bands: both,
    fast,
    isEstimate: false,
  };
}

function sourceOf(source: string): PriceSource {
  return source === 'client' || source === 'meter' ? source : 'documentation';
}

/** The rates of another model, but not its fast mode, which the client does not assume either. */
function assumed([first, ...rest]: PriceHistory): PriceHistory {
  const asUnknown = (price: Price): Price => ({ ...price, basis: 'unknown', fast: undefined });
  return [asUnknown(first), ...rest.map(asUnknown)];
}
