import { momentOf, type Band, type Price, type PriceHistory } from './price.ts';

/** `data/packaged-prices.json`, as `scripts/prices.ts` makes it. */
export interface PackagedFile {
  readonly package: string;
  readonly version: string;
  readonly prices: readonly PackagedPrice[];
  /** By name in lower case: a place in `prices`. */
  readonly models: Readonly<Record<string, number>>;
}

interface PackagedPrice {
  readonly vendor: string;
  readonly periods: readonly {
    readonly from: string | null;
    /** The price depends on the hour; this is the highest. */
    readonly dearest?: boolean;
    /** Up to how many tokens, input, output, cache read, written for five minutes, for an hour. */
    readonly bands: readonly (readonly (number | null)[])[];
  }[];
}

/**
 * The prices of other vendors and older models, out of a maintained package. Most proxies never need them, so the
 * file is read when the first model is met that our own list does not have.
 */
export class PackagedPrices {
  readonly #load: () => PackagedFile;
  #file: PackagedFile | undefined;

  constructor(load: () => PackagedFile = shippedFile) {
    this.#load = load;
  }

  /** What the package says of the first of `names` that it has; `names` are in lower case. */
  find(names: readonly string[]): PriceHistory | undefined {
    const { models, prices } = (this.#file ??= this.#load());
    const name = names.find((one) => Object.hasOwn(models, one));
    const price = name === undefined ? undefined : prices[models[name] ?? -1];
    return name === undefined || price === undefined ? undefined : historyOf(name, price);
  }

  /** Which package, and which version of it: `@pydantic/genai-prices 0.1.8`. */
  get name(): string {
    const { package: name, version } = (this.#file ??= this.#load());
    return `${name} ${version}`;
  }
}

/** Synchronous, since a cost is worked out while nobody may wait; bundled, so that nothing is looked for on a disk. */
function shippedFile(): PackagedFile {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by our own script, and read whole by a test
  return require('../../data/packaged-prices.json') as PackagedFile;
}

function historyOf(model: string, { vendor, periods }: PackagedPrice): PriceHistory | undefined {
  const [first, ...rest] = periods.flatMap(({ from, dearest = false, bands }): Price[] => {
    const [smallest, ...larger] = bands.map(bandOf);
    if (smallest === undefined) return [];
    return [
      {
        model,
        basis: 'listed',
        source: 'package',
        sourceName: vendor,
        from: momentOf(from),
        bands: [smallest, ...larger],
        fast: undefined,
        isEstimate: dearest,
      },
    ];
  });
  return first === undefined ? undefined : [first, ...rest];
}

function bandOf([upTo, input, output, cacheRead, cacheWrite5m, cacheWrite1h]: readonly (
  | number
  | null
)[]): Band {
  return {
    upTo: upTo ?? Number.POSITIVE_INFINITY,
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite5m: cacheWrite5m ?? 0,
    cacheWrite1h: cacheWrite1h ?? 0,
  };
}
