import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { RestRow } from '../database/tables.ts';
import type { Account } from './account.ts';
import { familyOf } from './family.ts';
import { LateWriter } from './late-writer.ts';
import type { Learned } from './memory.ts';
import { isOf, restIn, rowsOf, signOutIn } from './rest-rows.ts';
import type { RestChange, RestTable } from './rest-table.ts';
import {
  longestRestMs,
  momentOn,
  type FamilyRest,
  type Moment,
  type Resting,
  type Standing,
} from './standing.ts';

export interface KeptRestsOptions {
  readonly table: Pick<RestTable, 'read' | 'write'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long after a change it is written down at the latest (ms). */
const writeAfterMs = 1_000;

/**
 * Why accounts cannot serve, kept over a restart: a proxy that begins anew must not meet every limit again. What
 * was learned in the last second may be lost in a crash.
 */
export class KeptRests {
  readonly #options: KeptRestsOptions;
  readonly #writer: LateWriter;
  /** As they are or shall be in the table, by account. */
  readonly #rows = new Map<string, readonly RestRow[]>();
  readonly #changed = new Set<string>();
  /** What was learned since the start, by account. */
  readonly #live = new Map<string, { readonly account: Account; readonly learned: Learned }>();
  /** What was told of last that was not believed, by account. */
  readonly #cut = new Map<string, string>();

  private constructor(options: KeptRestsOptions) {
    this.#options = options;
    const { clock, log } = options;
    const write = (): Promise<void> => this.#write();
    this.#writer = new LateWriter({ clock, log, what: 'rests', afterMs: writeAfterMs, write });
  }

  /** @throws DatabaseError */
  static async open(options: KeptRestsOptions): Promise<KeptRests> {
    const kept = new KeptRests(options);
    for (const row of await options.table.read())
      kept.#rows.set(row.account_id, [...(kept.#rows.get(row.account_id) ?? []), row]);
    return kept;
  }

  /** What was learned about the account before, as far as it still holds. */
  readonly recall = (account: Account): Learned => {
    const at = momentOn(this.#options.clock);
    const learned: { standing?: Standing; familyRests: FamilyRest[] } = { familyRests: [] };
    for (const row of this.#rows.get(account.id) ?? []) {
      if (!isOf(row, account)) continue;
      if (row.ends_at === null) {
        learned.standing = signOutIn(row, at.now);
        continue;
      }
      const rest = this.#restIn(row, row.ends_at, account, at);
      const family = familyOf(row.family);
      if (rest === undefined) continue;
      if (row.family === '') learned.standing = rest;
      else if (family !== undefined) learned.familyRests.push({ ...rest, family });
    }
    return learned;
  };

  /** What is learned about the account now. */
  readonly keep = (account: Account, learned: Learned): void => {
    const { id } = account;
    const rows = rowsOf(account, learned, momentOn(this.#options.clock));
    if (rows.length === 0 && !this.#rows.has(id)) return;
    this.#live.set(id, { account, learned });
    this.#set(id, rows);
    this.#writer.soon();
    this.#tellCut(account, learned);
  };

  /** Forgets the accounts that are none of `ids`. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) {
      if (ids.has(id)) continue;
      this.#cut.delete(id);
      this.#set(id, []);
      this.#writer.soon();
    }
  }

  /** Resolves when what was learned so far is written, or could not be. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  #set(id: string, rows: readonly RestRow[]): void {
    if (rows.length === 0) {
      this.#rows.delete(id);
      this.#live.delete(id);
    } else this.#rows.set(id, rows);
    this.#changed.add(id);
  }

  /** Once for each moment that was named and not believed. */
  #tellCut({ id, name }: Account, { standing, familyRests }: Learned): void {
    for (const rest of [...(standing?.is === 'resting' ? [standing] : []), ...familyRests]) {
      const { evidence, until, isCut } = rest;
      const said = `${evidence?.name}: ${evidence?.value}`;
      if (isCut !== true || this.#cut.get(id) === said) continue;
      this.#cut.set(id, said);
      const facts = { account: name, said, until: new Date(until).toISOString() };
      this.#options.log.warn('a moment that an upstream named is past or too far to be believed', facts);
    }
  }

  /**
   * A rest that is over is none, but for one with a guessed end, which has yet to be asked about; clocks that jumped
   * while nobody looked make none longer than it can be.
   */
  #restIn(row: RestRow, endsAt: number, { name }: Account, at: Moment): Resting | undefined {
    const { now } = at;
    const isEarly = row.since > now;
    const since = isEarly ? now : row.since;
    const wanted = isEarly ? now + endsAt - row.since : endsAt;
    const until = Math.min(wanted, now + longestRestMs);
    if (until !== endsAt)
      this.#options.log.warn('a kept rest does not fit the clock, and ends sooner', {
        account: name,
        reason: row.reason,
        until: new Date(until).toISOString(),
      });
    return until <= now && row.is_guess === 0 ? undefined : restIn(row, { since, until }, at);
  }

  /** What the clock on the wall was set to meanwhile does not make a rest longer for the next start. */
  #followTheClock(): void {
    const at = momentOn(this.#options.clock);
    for (const [id, { account, learned }] of this.#live) {
      const rows = rowsOf(account, learned, at);
      const isFitting = this.#rows.get(id)?.every((row, place) => isClose(row.ends_at, rows[place]?.ends_at));
      if (isFitting === false) this.#set(id, rows);
    }
  }

  async #write(): Promise<void> {
    this.#followTheClock();
    if (this.#changed.size === 0) return;
    const changes: RestChange[] = [];
    for (const accountId of this.#changed) changes.push({ accountId, rows: this.#rows.get(accountId) ?? [] });
    this.#changed.clear();
    await this.#options.table.write(changes);
  }
}

/** What the clocks drift apart by in a while is no news. */
function isClose(one: number | null, other: number | null | undefined): boolean {
  return Math.abs((one ?? 0) - (other ?? 0)) < 2_000;
}
