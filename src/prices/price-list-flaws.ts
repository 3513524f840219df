import type { FileModel, PriceFile } from './price-file.ts';
import { momentOf, type Rates } from './price.ts';

const sources = ['client', 'meter', 'documentation'];
const rateNames = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

/** Everything about a price list that cannot be right, in words. */
export function flawsIn(file: PriceFile): string[] {
  const flaws: string[] = [];
  if (file.format !== 1) flaws.push(`format ${file.format} is not known`);
  if (!isDay(file.asOf)) flaws.push(`asOf is no day: ${file.asOf}`);
  const names = file.models.flatMap(({ id, also = [] }) => [id, ...also]);
  for (const [at, name] of names.entries()) {
    if (names.indexOf(name) !== at) flaws.push(`${name} is listed twice`);
    if (name !== name.toLowerCase() || name === '') flaws.push(`"${name}" is not lower case`);
  }
  for (const [alias, id] of Object.entries(file.aliases)) {
    if (!names.includes(id)) flaws.push(`alias ${alias} leads to ${id}, which is not listed`);
    if (names.includes(alias)) flaws.push(`alias ${alias} is a model as well`);
  }
  if (!names.includes(file.unknown.like)) flaws.push(`unknown is like ${file.unknown.like}, not listed`);
  const factors = { ...file.multipliers.serviceTier, ...file.multipliers.inferenceGeo };
  for (const [name, factor] of Object.entries(factors))
    if (!(factor > 0 && factor <= 10)) flaws.push(`multiplier "${name}" is ${factor}`);
  for (const [name, fee] of Object.entries(file.fees))
    if (!isAmount(fee)) flaws.push(`fee ${name} is ${fee}`);
  return [...flaws, ...file.models.flatMap(flawsOfModel)];
}

function flawsOfModel({ id, fast, periods }: FileModel): string[] {
  const flaws: string[] = [];
  if (fast !== null && !(fast >= 1 && fast <= 10)) flaws.push(`${id}: fast is ${fast}`);
  if (periods.length === 0) flaws.push(`${id} has no price`);
  for (const [at, { from, until, source, bands }] of periods.entries()) {
    if (!sources.includes(source)) flaws.push(`${id}: source "${source}" is not known`);
    for (const day of [from, until]) if (day !== null && !isDay(day)) flaws.push(`${id}: ${day} is no day`);
    // Without a gap and without an overlap, or a moment would have no price or two.
    if (until !== (periods[at + 1]?.from ?? null))
      flaws.push(`${id}: the price from ${from} ends at ${until}`);
    if (from === null && at > 0) flaws.push(`${id}: only its first price may begin at any time`);
    if (from !== null && until !== null && momentOf(from) >= momentOf(until))
      flaws.push(`${id}: the price from ${from} ends before it begins`);
    for (const [place, band] of bands.entries()) {
      flaws.push(...flawsOfRates(band).map((flaw) => `${id}: ${flaw}`));
      const isLast = place === bands.length - 1;
      const below = bands[place - 1]?.upTo ?? 0;
      if (isLast ? band.upTo !== null : !(Number.isInteger(band.upTo) && Number(band.upTo) > below))
        flaws.push(`${id}: band ${place + 1} goes up to ${band.upTo}`);
    }
    if (bands.length === 0) flaws.push(`${id}: the price from ${from} has no rates`);
  }
  return flaws;
}

/** A slip of a digit shows where the rates no longer stand in their order. */
function flawsOfRates(rates: Rates): string[] {
  const flaws = rateNames.filter((name) => !isAmount(rates[name])).map((name) => `${name} is ${rates[name]}`);
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = rates;
  const inOrder =
    cacheRead <= input && input <= cacheWrite5m && cacheWrite5m <= cacheWrite1h && input <= output;
  return inOrder
    ? flaws
    : [...flaws, `its rates are out of order: ${rateNames.map((n) => rates[n]).join(', ')}`];
}

/** US dollars: nothing in the list costs more than a thousand a million tokens. */
function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= 1000;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(momentOf(text));
}
