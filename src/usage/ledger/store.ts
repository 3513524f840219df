import type { Compilable } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { DatabaseError } from '../../database/errors.ts';
import type { Database } from '../../database/open.ts';
import type { RollupRow, StandingRow } from '../../database/tables.ts';
import { Batches } from './batches.ts';
import type { Ids } from './ids.ts';
import type { Entry } from './waiting.ts';

/** What became of calls that were to be stored. */
export interface Stored {
  /** The database will never take these: a mistake in the program made them. */
  readonly refused: readonly Entry[];
  /** These wait for a better time, because of `trouble`. */
  readonly left: readonly Entry[];
  readonly trouble?: unknown;
}

/** More than enough to find a lane where nobody else is. */
const mostTries = 8;

/** Stores calls exactly once each, also when another process uses the same ids, or an answer of the database was lost. */
export class Store {
  readonly #database: Database;
  readonly #batches: Batches;
  readonly #ids: Ids;
  readonly #clock: Clock;

  constructor(database: Database, ids: Ids, clock: Clock) {
    this.#database = database;
    this.#batches = new Batches(database.query);
    this.#ids = ids;
    this.#clock = clock;
  }

  /** Stores rows and sums of `entries`: all of them in one transaction, unless some of them are refused. */
  async calls(entries: readonly Entry[]): Promise<Stored> {
    const parts = [entries];
    const refused: Entry[] = [];
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      try {
        const rest = await this.#part(part);
        if (rest.length === 1) refused.push(...rest);
        const half = Math.ceil(rest.length / 2);
        if (rest.length > 1) parts.unshift(rest.slice(0, half), rest.slice(half));
      } catch (trouble) {
        return { refused, left: [part, ...parts].flat(), trouble };
      }
    }
    return { refused, left: [] };
  }

  /** Adds to the sums; false where the database will never take these. @throws DatabaseError */
  async sums(sums: readonly RollupRow[]): Promise<boolean> {
    return (await this.#unlessRefused(this.#batches.forSums(sums))) === undefined;
  }

  /** @throws DatabaseError */
  async standings(standings: readonly StandingRow[]): Promise<void> {
    await this.#unlessRefused(this.#batches.forStandings(standings));
  }

  /** Gives what is refused for no reason that another id would help. @throws DatabaseError that will pass */
  async #part(part: readonly Entry[]): Promise<readonly Entry[]> {
    let entries = part;
    for (let tries = 0; tries < mostTries && entries.length > 0; tries += 1) {
      const refusal = await this.#unlessRefused(this.#batches.forCalls(entries));
      if (refusal === undefined) return [];
      if (refusal.code !== 'database-conflict') return entries;
      const others = await this.#withoutStored(entries);
      if (others.length === entries.length) this.#renumber(entries);
      entries = others;
    }
    return entries;
  }

  async #unlessRefused(statements: readonly Compilable[]): Promise<DatabaseError | undefined> {
    try {
      await this.#database.batch(statements);
      return undefined;
    } catch (error) {
      this.#batches.failed();
      const isRefusal =
        error instanceof DatabaseError && ['database-conflict', 'database-failed'].includes(error.code);
      if (isRefusal) return error;
      throw error;
    }
  }

  /** Those that are not there yet: an earlier attempt may have succeeded without our hearing of it. */
  async #withoutStored(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const ids = entries.map(({ id }) => id);
    const rows = await this.#database.query
      .selectFrom('calls')
      .select(['id', 'request_id'])
      .where('id', 'in', ids)
      .execute();
    const stored = new Map(rows.map(({ id, request_id }) => [id, request_id]));
    return entries.filter(({ id, call }) => stored.get(id) !== call.requestId);
  }

  #renumber(entries: readonly Entry[]): void {
    this.#ids.changeLane();
    const now = this.#clock.now();
    for (const entry of entries) entry.id = this.#ids.next(now);
  }
}
