// Makes data/packaged-prices.json out of the price package that package-lock.json pins: names and rates alone, so
// that neither its code nor its size comes along. With --check only says whether the file is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  findProvider,
  type ConditionalPrice,
  type MatchLogic,
  type ModelPrice,
} from '@pydantic/genai-prices';

/** Whose prices are taken: vendors of models, then clouds and brokers with an API for Claude's clients. The first wins. */
const vendors =
  'anthropic openai google x-ai deepseek mistral moonshotai zai zhipuai minimax cohere aws openrouter'.split(
    ' ',
  );

const root = dirname(import.meta.dir);
const file = join(root, 'data', 'packaged-prices.json');
const packageFolder = join(root, 'node_modules', '@pydantic', 'genai-prices');

/** `[up to how many tokens, input, output, cache read, written for 5 minutes, for an hour]` */
type BandRow = [number | null, number, number, number, number, number];
/** `[first day, …]`; `dearest` where the price depends on the hour and this is the highest of them. */
interface PeriodRow {
  from: string | null;
  dearest?: true;
  bands: BandRow[];
}

const prices: string[] = [];
const names = new Map<string, number>();

for (const vendor of vendors) {
  const provider = findProvider({ providerId: vendor });
  if (provider?.id !== vendor) throw new Error(`The package does not have ${vendor}.`);
  for (const model of provider.models) {
    const periods = periodsOf(Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]);
    if (periods.length === 0) continue;
    const text = JSON.stringify({ vendor: provider.name, periods });
    const at = prices.includes(text) ? prices.indexOf(text) : prices.push(text) - 1;
    for (const name of [model.id, ...namesIn(model.match)]) {
      const key = name.toLowerCase();
      if (!names.has(key)) names.set(key, at);
    }
  }
}

/** Whole names alone. What the package tells by a pattern would be a guess about names that nobody has listed. */
function namesIn(match: MatchLogic): string[] {
  if ('or' in match) return match.or.flatMap(namesIn);
  if ('and' in match) return match.and.flatMap(namesIn);
  if ('equals' in match) return [match.equals];
  // A beginning is taken as the whole name; the dates that may follow are taken off before a name is looked up.
  return 'starts_with' in match ? [match.starts_with.replace(/[@:-]+$/, '')] : [];
}

function periodsOf(conditional: readonly ConditionalPrice[]): PeriodRow[] {
  const byDay = new Map<string | null, ModelPrice[]>();
  let day: string | null = null;
  for (const { constraint, prices: price } of conditional) {
    if (constraint?.type === 'start_date') day = constraint.start_date;
    byDay.set(day, [...(byDay.get(day) ?? []), price]);
  }
  return [...byDay].flatMap(([from, sorts]) => {
    const all = sorts.map(bandsOf).filter((bands) => bands.length > 0);
    const dearest = all.toSorted((a, b) => (b[0]?.[1] ?? 0) - (a[0]?.[1] ?? 0))[0];
    if (dearest === undefined) return [];
    return [{ from, ...(all.length > 1 ? { dearest: true as const } : {}), bands: dearest }];
  });
}

/** Bands of text models; none for what is not priced by tokens of text. */
function bandsOf(price: ModelPrice): BandRow[] {
  if (price['input_mtok'] === undefined || price['output_mtok'] === undefined) return [];
  const starts = Object.values(price).flatMap((value) =>
    typeof value === 'object' ? value.tiers.map(({ start }) => start) : [],
  );
  const ends = [...[...new Set(starts)].toSorted((a, b) => a - b), null];
  return ends.map((upTo) => {
    const tokens = upTo ?? Number.POSITIVE_INFINITY;
    const input = rate(price, 'input_mtok', tokens) ?? 0;
    // Who names no price for the cache bills its tokens as input.
    const write = rate(price, 'cache_write_mtok', tokens) ?? input;
    const read = rate(price, 'cache_read_mtok', tokens) ?? input;
    const hour = rate(price, 'cache_write_1h_mtok', tokens) ?? write;
    return [upTo, input, rate(price, 'output_mtok', tokens) ?? 0, read, write, hour];
  });
}

/** The rate for a prompt of `tokens`: a tier begins above its start. */
function rate(price: ModelPrice, name: string, tokens: number): number | undefined {
  const value = price[name];
  if (typeof value !== 'object') return value;
  return value.tiers.findLast(({ start }) => tokens > start)?.price ?? value.base;
}

const { name, version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as Record<
  string,
  string
>;
const [, copyright = ''] =
  /^(Copyright .*)$/m.exec(await readFile(join(packageFolder, 'LICENSE'), 'utf8')) ?? [];
const rows = (lines: readonly string[]): string => lines.map((line) => `    ${line}`).join(',\n');
const text = `{
  "about": "Made by scripts/prices.ts; changes here are overwritten.",
  "package": ${JSON.stringify(name)},
  "version": ${JSON.stringify(version)},
  "license": ${JSON.stringify(`MIT. ${copyright}`)},
  "prices": [
${rows(prices)}
  ],
  "models": {
${rows([...names].map(([model, at]) => `${JSON.stringify(model)}: ${at}`))}
  }
}
`;

const found = (await readFile(file, 'utf8').catch(() => '')).replaceAll('\r\n', '\n');
if (found === text) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('data/packaged-prices.json is not what the package says. Run: npm run prices');
  process.exit(1);
}
await writeFile(file, text);
console.log(`wrote ${names.size} names with ${prices.length} prices of ${name} ${version}`);
