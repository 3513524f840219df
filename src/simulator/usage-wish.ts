import type { Usage } from './totals.ts';

/** What `[[usage:…]]` wants to stand in `usage`. */
export interface UsageWish {
  /** Tokens in the place of those that were counted. */
  readonly counts: Partial<Usage>;
  readonly told: ToldUsage;
}

/** What an answer says of its usage beside the counts of tokens. */
export interface ToldUsage {
  readonly webSearches?: number;
  readonly webFetches?: number;
  readonly speed?: string;
  readonly inferenceGeo?: string;
  readonly serviceTier?: string;
  /**
   * How `cache_creation` splits what was written, where it is not as it was counted: not at all, or in parts that
   * do not add up.
   */
  readonly split?: 'none' | { readonly write5m: number; readonly write1h: number };
}

const countNames: Readonly<Record<string, keyof Usage>> = {
  input: 'input',
  read: 'cacheRead',
  write5m: 'cacheWrite5m',
  write1h: 'cacheWrite1h',
  output: 'output',
};

const toldNames: Readonly<Record<string, 'webSearches' | 'webFetches'>> = {
  searches: 'webSearches',
  fetches: 'webFetches',
};

const wordNames: Readonly<Record<string, 'speed' | 'inferenceGeo' | 'serviceTier'>> = {
  speed: 'speed',
  geo: 'inferenceGeo',
  tier: 'serviceTier',
};

/** The names that the argument of the marker may hold. */
export const usageNames: readonly string[] = [countNames, { write: 'split' }, toldNames, wordNames].flatMap(
  Object.keys,
);

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** `input=10,read=20,write5m=0,write1h=0,output=30,speed=fast`; what is left out is counted, and told, as always. */
export function readUsage(text: string | undefined): UsageWish {
  const counts: Writable<Partial<Usage>> = {};
  const told: Writable<ToldUsage> = {};
  let write: number | undefined;
  for (const part of text?.split(',') ?? []) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    const word = wordNames[name];
    if (word !== undefined && /^\w{1,40}$/.test(value)) told[word] = value;
    const number = numberOf(value);
    if (number === undefined) continue;
    const [count, other] = [countNames[name], toldNames[name]];
    if (count !== undefined) counts[count] = number;
    if (other !== undefined) told[other] = number;
    if (name === 'write') write = number;
  }
  if (write === undefined) return { counts, told };
  const { cacheWrite5m: write5m, cacheWrite1h: write1h } = counts;
  told.split =
    write5m === undefined && write1h === undefined
      ? 'none'
      : { write5m: write5m ?? 0, write1h: write1h ?? 0 };
  // What no part names is billed as written for five minutes.
  return { counts: { ...counts, cacheWrite1h: write1h ?? 0, cacheWrite5m: write - (write1h ?? 0) }, told };
}

/** A whole number of up to nine digits. */
export function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
