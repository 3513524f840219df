import { bandFor, type Band, type Price } from './price.ts';
import type { PriceBook } from './price-book.ts';
import type { Cost, Usage } from './usage.ts';

/**
 * What `usage` costs, by the price that `model` had at the moment `at` (ms since the epoch). `model` is the one that
 * the request named: the price follows it, not the model that the answer names.
 *
 * The parts are multiples of 2⁻²⁰ millionths of a dollar: each is off by at most half of that, and sums of such
 * numbers are exact in any order, up to 8,589 dollars, where a double has no bit left for rounding.
 */
export function costOf(usage: Usage, model: string | undefined, at: number, book: PriceBook): Cost {
  const price = book.priceOf(model, at);
  const band = bandFor(price, promptTokens(usage));
  const { factor, isKnown } = multiplierOf(usage, price, book);
  const { fees } = book.list;
  const input = onGrid(usage.input * band.input * factor);
  const output = onGrid(usage.output * band.output * factor);
  const cacheRead = onGrid(usage.cacheRead * band.cacheRead * factor);
  const cacheWrite = onGrid(
    (usage.cacheWrite5m * band.cacheWrite5m + usage.cacheWrite1h * band.cacheWrite1h) * factor,
  );
  const extras = onGrid(usage.webSearches * fees.webSearch + usage.webFetches * fees.webFetch);
  return {
    microUsd: input + output + cacheRead + cacheWrite + extras,
    input,
    output,
    cacheRead,
    cacheWrite,
    fees: extras,
    basis: price.basis,
    isEstimate: usage.isEstimate || price.isEstimate || !isKnown,
    cacheSaved: onGrid(savedBy(usage, band) * factor),
  };
}

/**
 * What it costs to write a prefix of `prefixTokens` into another cache instead of reading it from the one that has
 * it: the price of a move (millionths of a US dollar). At the usual multipliers.
 */
export function moveCost(
  prefixTokens: number,
  model: string | undefined,
  at: number,
  book: PriceBook,
  keptFor: '5m' | '1h' = '5m',
): number {
  const { cacheRead, cacheWrite5m, cacheWrite1h } = bandFor(book.priceOf(model, at), prefixTokens);
  return onGrid(prefixTokens * ((keptFor === '1h' ? cacheWrite1h : cacheWrite5m) - cacheRead));
}

/** The size of the prompt, by which the band is chosen: what was read from the cache and written to it counts. */
export function promptTokens({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Usage): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h;
}

/** Against a call that sent the same prompt without any cache: all of it would have been input. */
function savedBy({ cacheRead, cacheWrite5m, cacheWrite1h }: Usage, band: Band): number {
  const written =
    cacheWrite5m * (band.cacheWrite5m - band.input) + cacheWrite1h * (band.cacheWrite1h - band.input);
  return cacheRead * (band.input - band.cacheRead) - written;
}

/** What all token rates are multiplied with. A value that nobody knows counts once, and makes the cost an estimate. */
function multiplierOf(
  usage: Usage,
  { fast }: Price,
  { list }: PriceBook,
): { factor: number; isKnown: boolean } {
  const { speed = 'standard', inferenceGeo, serviceTier } = usage;
  const pace = speed === 'standard' ? 1 : speed === 'fast' ? fast : undefined;
  const place = inferenceGeo === undefined ? 1 : list.inferenceGeo.get(inferenceGeo);
  const tier = serviceTier === undefined ? 1 : list.serviceTier.get(serviceTier);
  const isKnown = pace !== undefined && place !== undefined && tier !== undefined;
  return { factor: (pace ?? 1) * (place ?? 1) * (tier ?? 1), isKnown };
}

const gridPerMicroUsd = 2 ** 20;

function onGrid(microUsd: number): number {
  return Math.round(microUsd * gridPerMicroUsd) / gridPerMicroUsd;
}
