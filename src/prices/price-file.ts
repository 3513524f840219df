import type { Rates } from './price.ts';

/** `data/prices.json` as it is written; docs/prices.md says what each member means. */
export interface PriceFile {
  readonly format: number;
  readonly asOf: string;
  readonly unknown: { readonly like: string };
  readonly multipliers: {
    readonly serviceTier: Readonly<Record<string, number>>;
    readonly inferenceGeo: Readonly<Record<string, number>>;
  };
  /** US dollars a request. */
  readonly fees: { readonly webSearch: number; readonly webFetch: number };
  readonly aliases: Readonly<Record<string, string>>;
  readonly models: readonly FileModel[];
}

export interface FileModel {
  readonly id: string;
  /** Further full names. */
  readonly also?: readonly string[];
  /** What fast mode multiplies all rates with; null where nobody has seen the model in it. */
  readonly fast: number | null;
  readonly periods: readonly FilePeriod[];
}

export interface FilePeriod {
  /** The first day of the price, null where it is not known or there is none before. */
  readonly from: string | null;
  /** The first day on which it no longer holds. */
  readonly until: string | null;
  readonly source: string;
  readonly bands: readonly (Rates & { readonly upTo: number | null })[];
}
