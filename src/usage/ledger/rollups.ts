import type { RollupRow } from '../../database/tables.ts';
import type { CallRecord, MoveRecord } from '../call-record.ts';
import { Hours, type Hour } from './hours.ts';
import { emptySum, sumColumns } from './sums.ts';
import { commonOfCall, ownOfCall, type CommonOfCall, type OwnOfCall } from './rows.ts';

/** More sums than an hour of any household has. What comes beyond is summed up under nobody: the totals stay right. */
const mostSums = 5_000;
/** Models a day has names for. Clients choose them, and could make up new ones without end. */
const mostModels = 200;
/** Of these, for names that nobody answered to: who makes them up must not take the room of those that are used. */
const mostUnanswered = 50;

/** What a move adds to the sums. */
type Moved = Pick<MoveRecord, 'microUsd'>;

/** Sums calls up by hour, account, client, model and basis of cost, until somebody takes the sums away. */
export class Rollups {
  readonly #hours = new Hours();
  readonly #models = new Set<string>();
  #modelsDay = '';
  #sums = new Map<string, RollupRow>();
  /** The last one of each account: several take turns. */
  #last = new Map<string, RollupRow>();

  get size(): number {
    return this.#sums.size;
  }

  add(call: CallRecord): void {
    this.addRow(ownOfCall(call), commonOfCall(call), call.move);
  }

  /** Adds a call by its row, so that sums agree with rows to the last bit. */
  addRow(own: OwnOfCall, common: CommonOfCall, move: Moved | undefined): void {
    const hour = this.#hours.of(own.started_at);
    const sum = this.#sumOf({
      day: hour.day,
      hour: hour.hour,
      account_id: own.account_id ?? '',
      client_id: common.client_id,
      model: this.#modelOf(common.model ?? '', own.input !== null, hour),
      cost_basis: common.cost_basis ?? '',
    });
    if (sum.client_id !== '') {
      sum.account_name = own.account_name ?? '';
      sum.client_name = common.client_name;
    }
    if (move !== undefined) {
      sum.moves += 1;
      sum.move_micro_usd += move.microUsd ?? 0;
    }
    count(sum, own, common);
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
    this.#last = new Map();
    return rows;
  }

  #sumOf(of: Key): RollupRow {
    // Mostly an account serves the same client again; putting a key together costs more than all the rest here.
    const last = this.#last.get(of.account_id);
    if (isSameKey(last, of)) return last;
    const sum = this.#lookUp(of);
    this.#last.set(of.account_id, sum);
    return sum;
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

  #modelOf(model: string, isAnswered: boolean, { day }: Hour): string {
    if (day !== this.#modelsDay) this.#models.clear();
    this.#modelsDay = day;
    if (this.#models.has(model)) return model;
    if (this.#models.size >= (isAnswered ? mostModels : mostUnanswered)) return '';
    this.#models.add(model);
    return model;
  }
}

type Key = Parameters<typeof emptySum>[0];

function isSameKey(one: RollupRow | undefined, other: Key): one is RollupRow {
  return (
    one !== undefined &&
    one.day === other.day &&
    one.hour === other.hour &&
    one.account_id === other.account_id &&
    one.client_id === other.client_id &&
    one.model === other.model &&
    one.cost_basis === other.cost_basis
  );
}

function count(sum: RollupRow, own: OwnOfCall, common: CommonOfCall): void {
  sum.calls += 1;
  if (common.purpose === 'messages') sum.messages += 1;
  if (common.ended === 'error') sum.errors += 1;
  if (common.ended === 'cut') sum.cut += 1;
  if (common.ended === 'client-left') sum.client_left += 1;
  sum.estimates += common.is_estimate;
  sum.attempts += common.attempts;
  sum.bytes_in += own.bytes_in;
  sum.bytes_out += own.bytes_out;
  sum.ms_sum += own.ms;
  if (own.first_byte_ms !== null) {
    sum.first_byte_ms_sum += own.first_byte_ms;
    sum.first_byte_count += 1;
  }
  sum.cost_micro_usd += own.cost_micro_usd ?? 0;
  sum.cache_saved_micro_usd += own.cache_saved_micro_usd ?? 0;
  sum.input += own.input ?? 0;
  sum.output += own.output ?? 0;
  sum.cache_read += own.cache_read ?? 0;
  sum.cache_write_5m += own.cache_write_5m ?? 0;
  sum.cache_write_1h += own.cache_write_1h ?? 0;
  sum.thinking += own.thinking ?? 0;
  sum.web_searches += common.web_searches ?? 0;
  sum.web_fetches += common.web_fetches ?? 0;
  if (own.input === null || common.is_stream === 0 || own.first_byte_ms === null) return;
  sum.output_ms_sum += Math.max(0, own.ms - own.first_byte_ms);
  sum.timed_output += own.output ?? 0;
}
