import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { RestRow } from '../database/tables.ts';
import type { Account } from './account.ts';
import { familyOf } from './family.ts';
import { LateWriter } from './late-writer.ts';
import type { Learned } from './memory.ts';
import type { RestChange, RestTable } from './rest-table.ts';
import { longestRestMs, type FamilyRest, type Resting, type Standing } from './standing.ts';

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
    const now = this.#options.clock.now();
    const learned: { standing?: Standing; familyRests: FamilyRest[] } = { familyRests: [] };
    for (const row of this.#rows.get(account.id) ?? []) {
      if (!isOf(row, account)) continue;
      const { since, reason, family } = row;
      if (row.ends_at === null) learned.standing = { is: 'signed-out', since: Math.min(since, now), reason };
      else {
        const rest = this.#restIn(row, row.ends_at, account, now);
        const of = familyOf(family);
        if (rest === undefined) continue;
        if (family === '') learned.standing = rest;
        else if (of !== undefined) learned.familyRests.push({ ...rest, family: of });
      }
    }
    return learned;
  };

  /** What is learned about the account now. */
  readonly keep = (account: Account, { standing, familyRests }: Learned): void => {
    const { id } = account;
    const rows = familyRests.map((rest) => rowOf(account, rest, rest.family));
    if (standing?.is === 'resting' || standing?.is === 'signed-out') rows.push(rowOf(account, standing, ''));
    if (rows.length === 0 && !this.#rows.has(id)) return;
    if (rows.length === 0) this.#rows.delete(id);
    else this.#rows.set(id, rows);
    this.#changed.add(id);
    this.#writer.soon();
  };

  /** Forgets the accounts that are none of `ids`. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) {
      if (ids.has(id)) continue;
      this.#rows.delete(id);
      this.#changed.add(id);
      this.#writer.soon();
    }
  }

  /** Resolves when what was learned so far is written, or could not be. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** A rest that is over is none; clocks that jumped while nobody looked make none longer than it can be. */
  #restIn(row: RestRow, endsAt: number, { name }: Account, now: number): Resting | undefined {
    const { reason } = row;
    const isEarly = row.since > now;
    const since = isEarly ? now : row.since;
    const wanted = isEarly ? now + endsAt - row.since : endsAt;
    const until = Math.min(wanted, now + longestRestMs);
    if (until !== endsAt)
      this.#options.log.warn('a kept rest does not fit the clock, and ends sooner', {
        account: name,
        reason,
        until: new Date(until).toISOString(),
      });
    if (until <= now) return undefined;
    return { is: 'resting', since, until, reason, ...(row.is_guess === 1 && { isGuess: true }) };
  }

  async #write(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changes: RestChange[] = [];
    for (const accountId of this.#changed) changes.push({ accountId, rows: this.#rows.get(accountId) ?? [] });
    this.#changed.clear();
    await this.#options.table.write(changes);
  }
}

/**
 * Whether it was learned with the credential and at the upstream the account has now. Accounts of mounted files
 * count as new at every start: their limits are believed all the same, a refusal of what may be another secret is not.
 */
function isOf(row: RestRow, { credentialAt, baseUrl, from }: Account): boolean {
  if (row.base_url !== baseUrl) return false;
  return row.credential_at === credentialAt || (from !== undefined && row.ends_at !== null);
}

function rowOf(
  account: Account,
  standing: Exclude<Standing, { is: 'ready' | 'switched-off' }>,
  family: string,
): RestRow {
  return {
    account_id: account.id,
    family,
    since: standing.since,
    ends_at: standing.is === 'resting' ? standing.until : null,
    reason: standing.reason,
    is_guess: standing.is === 'resting' && standing.isGuess === true ? 1 : 0,
    credential_at: account.credentialAt,
    base_url: account.baseUrl,
  };
}
