import type { AttemptRecord, CallRecord, Recorder } from '../call-record.ts';
import { Distribution } from './distribution.ts';
import { KnownModels } from './known-models.ts';
import { Tally, add, other } from './tally.ts';

/** The columns of {@link CallCounts.tokens} and {@link CallCounts.clientTokens}, as the label `kind` calls them. */
export const tokenKinds = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const;
/** Columns of {@link CallCounts.tokens} after the kinds: a part of `output`, and two kinds of tool calls. */
export const usageColumns = { thinking: 5, webSearch: 6, webFetch: 7 } as const;
/** Columns of {@link CallCounts.costs}, in millionths of a US dollar. */
export const costColumns = { cost: 0, cacheSaved: 1, cacheOverspent: 2 } as const;

const statusClasses = [other, '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** The types of error the API has. Words that only one upstream knows are `other`. */
const errorTypes: ReadonlySet<string> = new Set([
  'api_error',
  'authentication_error',
  'billing_error',
  'conflict_error',
  'invalid_request_error',
  'not_found_error',
  'overloaded_error',
  'permission_error',
  'rate_limit_error',
  'request_too_large',
  'timeout_error',
]);

/** Counts what the records of calls tell. Labels are the names of the metrics' labels, in their order. */
export class CallCounts {
  /** purpose, status, ended, model */
  readonly calls = new Tally();
  /** purpose: bytes of requests, bytes of answers */
  readonly bytes = new Tally(2);
  /** type */
  readonly errors = new Tally();
  /** purpose, ended, model; seconds */
  readonly durations = new Distribution();
  /** purpose, stream, model; seconds */
  readonly firstBytes = new Distribution();
  /** purpose; seconds */
  readonly waits = new Distribution();
  /** account, ending, scope, lesson */
  readonly attempts = new Tally();
  /** account, ending; seconds */
  readonly attemptDurations = new Distribution();
  /** from, to: moves, millionths of a US dollar */
  readonly moves = new Tally(2);
  /** account, model, estimate */
  readonly tokens = new Tally(tokenKinds.length + 3);
  /** account */
  readonly withoutUsage = new Tally();
  /** account, model, basis, estimate */
  readonly costs = new Tally(3);
  /** client, status */
  readonly clientCalls = new Tally();
  /** client */
  readonly clientTokens = new Tally(tokenKinds.length);
  /** client, basis; millionths of a US dollar */
  readonly clientCosts = new Tally();
  readonly #models = new KnownModels();

  readonly record: Recorder = (record) => {
    const { purpose, ended, clientName, accountName = 'none' } = record;
    const model = this.#models.labelOf(record);
    const status = statusClasses[Math.trunc(record.status / 100)] ?? other;
    add(this.calls.row(purpose, status, ended, model), 0, 1);
    add(this.clientCalls.row(clientName, status), 0, 1);
    const bytes = this.bytes.row(purpose);
    add(bytes, 0, record.bytesIn);
    add(bytes, 1, record.bytesOut);
    this.durations.observe(record.ms / 1000, purpose, ended, model);
    if (record.firstByteMs !== undefined)
      this.firstBytes.observe(record.firstByteMs / 1000, purpose, yesOrNo(record.isStream), model);
    if (record.waitedMs !== undefined) this.waits.observe(record.waitedMs / 1000, purpose);
    const { errorType } = record;
    if (errorType !== undefined) add(this.errors.row(errorTypes.has(errorType) ? errorType : other), 0, 1);
    for (const attempt of record.attempts) this.#attempt(attempt);
    this.#move(record);
    this.#usage(record, accountName, model);
    this.#cost(record, accountName, model);
  };

  /** How often something was counted under `other` because its metric has all the series it may have. */
  get overflow(): number {
    const tallies = Object.values(this).map((one: unknown) =>
      one instanceof Distribution ? one.tally : one,
    );
    return tallies.reduce<number>((sum, one) => sum + (one instanceof Tally ? one.overflow : 0), 0);
  }

  #attempt({ accountName, ending, scope, lesson, ms }: AttemptRecord): void {
    add(this.attempts.row(accountName, ending, scope ?? 'none', lesson), 0, 1);
    this.attemptDurations.observe(ms / 1000, accountName, ending);
  }

  #move({ move }: CallRecord): void {
    if (move === undefined) return;
    const row = this.moves.row(move.fromName, move.toName);
    add(row, 0, 1);
    add(row, 1, move.microUsd ?? 0);
  }

  #usage(record: CallRecord, account: string, model: string): void {
    const { usage, clientName } = record;
    if (usage === undefined) {
      if (isGoodMessage(record)) add(this.withoutUsage.row(account), 0, 1);
      return;
    }
    const row = this.tokens.row(account, model, yesOrNo(usage.isEstimate));
    const ofClient = this.clientTokens.row(clientName);
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage;
    // In the order of `tokenKinds`.
    for (const to of [row, ofClient]) {
      add(to, 0, input);
      add(to, 1, output);
      add(to, 2, cacheRead);
      add(to, 3, cacheWrite5m);
      add(to, 4, cacheWrite1h);
    }
    add(row, usageColumns.thinking, usage.thinking ?? 0);
    add(row, usageColumns.webSearch, usage.webSearches);
    add(row, usageColumns.webFetch, usage.webFetches);
  }

  #cost({ cost, clientName }: CallRecord, account: string, model: string): void {
    if (cost === undefined) return;
    const row = this.costs.row(account, model, cost.basis, yesOrNo(cost.isEstimate));
    add(row, costColumns.cost, cost.microUsd);
    add(row, costColumns.cacheSaved, cost.cacheSaved);
    add(row, costColumns.cacheOverspent, -cost.cacheSaved);
    add(this.clientCosts.row(clientName, cost.basis), 0, cost.microUsd);
  }
}

/** A message that was answered well: it cost something, whether it could be read or not. */
function isGoodMessage({ purpose, status, ended }: CallRecord): boolean {
  return purpose === 'messages' && status === 200 && ended === 'complete';
}

function yesOrNo(is: boolean): string {
  return is ? 'true' : 'false';
}
