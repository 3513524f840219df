import type { RollupRow } from '../../database/tables.ts';
import type { CallRecord } from '../call-record.ts';
import { Hours, type Hour } from './hours.ts';
import { emptySum, keyColumns, sumColumns } from './sums.ts';
import { isEstimate } from './rows.ts';

/** More sums than an hour of any household has. What comes beyond is summed up under nobody: the totals stay right. */
const mostSums = 5_000;
/** Models a day has names for. Clients choose them, and could make up new ones without end. */
const mostModels = 200;
/** Of these, for names that nobody answered to: who makes them up must not take the room of those that are used. */
const mostUnanswered = 50;

/** Sums calls up by hour, account, client, model and basis of cost, until somebody takes the sums away. */
export class Rollups {
  readonly #hours = new Hours();
  readonly #models = new Set<string>();
  #modelsDay = '';
  #sums = new Map<string, RollupRow>();
  #last: RollupRow | undefined;

  get size(): number {
    return this.#sums.size;
  }

  add(call: CallRecord): void {
    const hour = this.#hours.of(call.startedAt);
    const sum = this.#sumOf({
      ...hour,
      account_id: call.accountId ?? '',
      client_id: call.clientId,
      model: this.#modelOf(call, hour),
      cost_basis: call.cost?.basis ?? '',
    });
    if (sum.client_id !== '') {
      sum.account_name = call.accountName ?? '';
      sum.client_name = call.clientName;
    }
    count(sum, call);
  }

  /** Adds sums that were made elsewhere. */
  merge(rows: readonly RollupRow[]): void {
    for (const row of rows) {
      const sum = this.#sumOf(row);
      if (sum.client_id !== '') {
        sum.account_name = row.account_name;
        sum.client_name = row.client_name;
      }
      for (const column of sumColumns) sum[column] += row[column];
    }
  }

  /** All sums so far; from here on it begins with none. */
  take(): RollupRow[] {
    const rows = [...this.#sums.values()];
    this.#sums = new Map();
    this.#last = undefined;
    return rows;
  }

  #sumOf(of: Key): RollupRow {
    // Mostly the same account serves the same client again; putting a key together costs more than all the rest here.
    if (isSameKey(this.#last, of)) return this.#last;
    this.#last = this.#lookUp(of);
    return this.#last;
  }

  #lookUp(of: Key): RollupRow {
    const key = `${of.day} ${of.hour}\n${of.account_id}\n${of.client_id}\n${of.model}\n${of.cost_basis}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const isNobody = of.client_id === '';
    if (this.#sums.size >= mostSums && !isNobody)
      return this.#lookUp({
        day: of.day,
        hour: of.hour,
        account_id: '',
        client_id: '',
        model: '',
        cost_basis: '',
      });
    const sum = emptySum(of);
    this.#sums.set(key, sum);
    return sum;
  }

  #modelOf({ model = '', usage }: CallRecord, { day }: Hour): string {
    if (day !== this.#modelsDay) this.#models.clear();
    this.#modelsDay = day;
    if (this.#models.has(model)) return model;
    if (this.#models.size >= (usage === undefined ? mostUnanswered : mostModels)) return '';
    this.#models.add(model);
    return model;
  }
}

type Key = Parameters<typeof emptySum>[0];

function isSameKey(one: RollupRow | undefined, other: Key): one is RollupRow {
  return one !== undefined && keyColumns.every((column) => one[column] === other[column]);
}

/** Numbers are rounded as in the row of the call, so that rows and sums agree. */
function count(sum: RollupRow, call: CallRecord): void {
  const { usage, cost, move } = call;
  const ms = Math.round(call.ms);
  const firstByteMs = call.firstByteMs === undefined ? undefined : Math.round(call.firstByteMs);
  sum.calls += 1;
  if (call.purpose === 'messages') sum.messages += 1;
  if (call.ended === 'error') sum.errors += 1;
  if (call.ended === 'cut') sum.cut += 1;
  if (call.ended === 'client-left') sum.client_left += 1;
  if (isEstimate(call)) sum.estimates += 1;
  sum.attempts += call.attempts.length;
  sum.bytes_in += call.bytesIn;
  sum.bytes_out += call.bytesOut;
  sum.ms_sum += ms;
  if (firstByteMs !== undefined) {
    sum.first_byte_ms_sum += firstByteMs;
    sum.first_byte_count += 1;
  }
  if (move !== undefined) {
    sum.moves += 1;
    sum.move_micro_usd += move.microUsd ?? 0;
  }
  if (cost !== undefined) {
    sum.cost_micro_usd += cost.microUsd;
    sum.cache_saved_micro_usd += cost.cacheSaved;
  }
  if (usage === undefined) return;
  sum.input += usage.input;
  sum.output += usage.output;
  sum.cache_read += usage.cacheRead;
  sum.cache_write_5m += usage.cacheWrite5m;
  sum.cache_write_1h += usage.cacheWrite1h;
  sum.thinking += usage.thinking ?? 0;
  sum.web_searches += usage.webSearches;
  sum.web_fetches += usage.webFetches;
  if (!call.isStream || firstByteMs === undefined) return;
  sum.output_ms_sum += Math.max(0, ms - firstByteMs);
  sum.timed_output += usage.output;
}
