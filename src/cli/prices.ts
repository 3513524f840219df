import { loadSettings } from '../config/load.ts';
import { openPriceBook, type PriceBook } from '../prices/price-book.ts';
import type { Band, Price } from '../prices/price.ts';
import type { Action, Cli } from './cli.ts';
import { plain, type Cell } from './terminal.ts';

/** `prices [model]`: what models cost now, by the settings, the list and the package. */
export const prices: Action<object> = async (cli, _, [model]) => {
  const { settings } = await loadSettings({ places: cli.places, env: cli.env, flags: {} });
  const book = openPriceBook(() => settings.prices);
  const names = model === undefined ? listedNames(book) : [model];
  const shown = names.map((asked) => ({ asked, price: book.priceOf(asked, cli.clock.now()) }));
  if (cli.isJson) {
    cli.terminal.json(shown.map(({ asked, price }) => viewOf(asked, price)));
    return 0;
  }
  cli.terminal.table(
    ['MODEL', 'PROMPT', 'INPUT', 'OUTPUT', 'CACHE READ', 'WRITE 5M', 'WRITE 1H', 'FAST', 'FROM'],
    shown.flatMap(({ asked, price }) => rowsOf(asked, price, book)),
  );
  tellBelow(cli, book, shown, [...settings.prices]);
  return 0;
};

function listedNames({ list }: PriceBook): string[] {
  return [...new Set([...list.models.values()].map(([{ model }]) => model))];
}

/** One row a band; what holds for all of them stands in the first. */
function rowsOf(asked: string, price: Price, book: PriceBook): (readonly Cell[])[] {
  const fast = price.fast === undefined ? '?' : price.fast === 1 ? '-' : `x ${price.fast}`;
  return price.bands.map((band, at) => [
    at === 0 ? plain(asked) : '',
    promptWords(band, at === 0),
    rateText(band.input),
    rateText(band.output),
    rateText(band.cacheRead),
    rateText(band.cacheWrite5m),
    rateText(band.cacheWrite1h),
    at === 0 ? fast : '',
    at === 0 ? fromCell(price, book) : '',
  ]);
}

/** Without the last bits of a share: 0.17, not 0.17000000000000001. */
function rateText(rate: number): string {
  return String(Number(rate.toPrecision(10)));
}

function promptWords({ upTo }: Band, isFirst: boolean): string {
  if (Number.isFinite(upTo)) return `to ${upTo.toLocaleString('en')}`;
  return isFirst ? 'any' : 'above';
}

function fromCell({ basis, source, sourceName = '', model }: Price, book: PriceBook): Cell {
  const words = {
    client: 'Claude Code',
    meter: "the vendor's meter",
    documentation: 'documentation',
    package: `${book.packaged.name}, ${sourceName}`,
    settings: `settings, ${plain(sourceName)}`,
  };
  if (basis !== 'unknown') return words[source];
  return { text: `unknown; taken as ${model}`, style: 'yellow' };
}

interface Shown {
  readonly asked: string;
  readonly price: Price;
}

function tellBelow(
  { terminal }: Cli,
  { list }: PriceBook,
  shown: readonly Shown[],
  set: readonly (readonly [string, { readonly models: readonly string[] }])[],
): void {
  terminal.note(`US dollars for a million tokens. The list is of ${list.asOf}.`);
  if (shown.some(({ price }) => price.basis === 'unknown'))
    terminal.note(
      'Nobody knows what it costs: say it in config.toml under [prices.NAME], see docs/prices.md.',
    );
  if (shown.length === 1) return;
  for (const [name, { models }] of set)
    terminal.note(`[prices.${plain(name)}] is for ${plain(models.join(', '))}`);
}

function viewOf(asked: string, price: Price): object {
  const { model, basis, source, sourceName, from, bands, fast, isEstimate } = price;
  return {
    asked,
    model,
    basis,
    source,
    sourceName: sourceName ?? null,
    from: Number.isFinite(from) ? new Date(from).toISOString().slice(0, 10) : null,
    isEstimate,
    fast: fast ?? null,
    usdPerMillionTokens: bands.map(({ upTo, ...rates }) => ({
      promptTokensUpTo: Number.isFinite(upTo) ? upTo : null,
      ...rates,
    })),
  };
}
