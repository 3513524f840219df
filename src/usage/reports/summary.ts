/** What a number of calls came to. Tokens, US dollars, milliseconds; null where there was nothing to tell it by. */
export interface Summary {
  readonly calls: number;
  /** Of `calls`, those that were messages. */
  readonly messages: number;
  /** Answered with an error, broken off by the upstream, left by the client. */
  readonly errors: number;
  readonly cut: number;
  readonly clientLeft: number;
  readonly moves: number;
  /** Calls of which tokens or cost are an estimate. */
  readonly estimates: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly thinking: number;
  readonly webSearches: number;
  readonly usd: number;
  /** Of `usd`, what was priced by assumption since nobody knows the model. */
  readonly usdOfUnknown: number;
  readonly usdSavedByCache: number;
  readonly usdLostToMoves: number;
  /** What was read from the cache, of all that the prompts were long: 0 … 1. */
  readonly cacheShare: number | null;
  /** Mean time to the first byte (ms). */
  readonly firstByteMs: number | null;
  /** Mean time to the last byte (ms). */
  readonly tookMs: number | null;
  /** Output tokens a second while answers streamed. */
  readonly outputPerSecond: number | null;
}

/** The sums that a summary is made of, named as in the table of rollups. */
export interface SummedRow {
  readonly calls: number;
  readonly messages: number;
  readonly errors: number;
  readonly cut: number;
  readonly client_left: number;
  readonly moves: number;
  readonly estimates: number;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly thinking: number;
  readonly web_searches: number;
  readonly ms_sum: number;
  readonly first_byte_ms_sum: number;
  readonly first_byte_count: number;
  readonly output_ms_sum: number;
  readonly timed_output: number;
  readonly cost_micro_usd: number;
  readonly unknown_micro_usd: number;
  readonly cache_saved_micro_usd: number;
  readonly move_micro_usd: number;
}

/** Millionths of a US dollar as dollars, to a billionth of one: beyond it there is only the noise of fractions. */
export function usdOf(microUsd: number): number {
  return Math.round(microUsd * 1e3) / 1e9;
}

/** The columns of {@link SummedRow}, each summed up by itself. */
export const summedColumns = [
  'calls',
  'messages',
  'errors',
  'cut',
  'client_left',
  'moves',
  'estimates',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'thinking',
  'web_searches',
  'ms_sum',
  'first_byte_ms_sum',
  'first_byte_count',
  'output_ms_sum',
  'timed_output',
  'cost_micro_usd',
  'unknown_micro_usd',
  'cache_saved_micro_usd',
  'move_micro_usd',
] as const satisfies readonly (keyof SummedRow)[];

/** `rows` as one. Sums of databases may come as text, or as nothing. */
export function addedUp(rows: readonly Partial<Record<keyof SummedRow, unknown>>[]): SummedRow {
  const sums = summedColumns.map((column) => {
    let sum = 0;
    for (const row of rows) sum += Number(row[column] ?? 0);
    return [column, sum] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each column
  return Object.fromEntries(sums) as unknown as SummedRow;
}

export function summaryOf(row: SummedRow): Summary {
  const prompt = row.input + row.cache_read + row.cache_write_5m + row.cache_write_1h;
  return {
    calls: row.calls,
    messages: row.messages,
    errors: row.errors,
    cut: row.cut,
    clientLeft: row.client_left,
    moves: row.moves,
    estimates: row.estimates,
    input: row.input,
    output: row.output,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    thinking: row.thinking,
    webSearches: row.web_searches,
    usd: usdOf(row.cost_micro_usd),
    usdOfUnknown: usdOf(row.unknown_micro_usd),
    usdSavedByCache: usdOf(row.cache_saved_micro_usd),
    usdLostToMoves: usdOf(row.move_micro_usd),
    cacheShare: prompt === 0 ? null : row.cache_read / prompt,
    firstByteMs: row.first_byte_count === 0 ? null : row.first_byte_ms_sum / row.first_byte_count,
    tookMs: row.calls === 0 ? null : row.ms_sum / row.calls,
    outputPerSecond: row.output_ms_sum === 0 ? null : (row.timed_output * 1000) / row.output_ms_sum,
  };
}
