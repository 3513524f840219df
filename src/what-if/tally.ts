/** What came of the calls of one session, or of all. Tokens, millionths of a US dollar, milliseconds. */
export interface Sums {
  calls: number;
  served: number;
  failed: number;
  /** Served by another account than the call of the session before it. */
  moved: number;
  attempts: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** What was written, or paid in full, though some account had it warm. */
  cacheLost: number;
  microUsd: number;
  /** Calls of models that nobody knows a price of: `microUsd` holds an assumption. */
  unpriced: number;
  waitedMs: number;
  longestWaitMs: number;
}

export function noSums(): Sums {
  return {
    calls: 0,
    served: 0,
    failed: 0,
    moved: 0,
    attempts: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cacheLost: 0,
    microUsd: 0,
    unpriced: 0,
    waitedMs: 0,
    longestWaitMs: 0,
  };
}

/** Adds `more` to `sums`. */
export function add(sums: Sums, more: Readonly<Sums>): void {
  sums.calls += more.calls;
  sums.served += more.served;
  sums.failed += more.failed;
  sums.moved += more.moved;
  sums.attempts += more.attempts;
  sums.output += more.output;
  sums.cacheRead += more.cacheRead;
  sums.cacheWrite += more.cacheWrite;
  sums.cacheLost += more.cacheLost;
  sums.microUsd += more.microUsd;
  sums.unpriced += more.unpriced;
  sums.waitedMs += more.waitedMs;
  sums.longestWaitMs = Math.max(sums.longestWaitMs, more.longestWaitMs);
}

/** What came of a policy. */
export interface Tally {
  readonly policy: string;
  readonly total: Readonly<Sums>;
  readonly bySession: ReadonlyMap<string, Readonly<Sums>>;
  /** Calls served, by the id of the account. */
  readonly byAccount: ReadonlyMap<string, number>;
}
