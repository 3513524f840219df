import type { Clock } from '../../base/clock.ts';
import { DatabaseError } from '../../database/errors.ts';
import type { Database } from '../../database/open.ts';
import type { BatchStatement } from '../../database/statement.ts';
import type { RollupRow, StandingRow } from '../../database/tables.ts';
import { Batches } from './batches.ts';
import { partOf, type Bundle } from './bundle.ts';
import type { Ids } from './ids.ts';
import { ownOfLine, type Line } from './line.ts';

/** What became of calls that were to be stored. */
export interface Stored {
  /** How many the database will never take: a mistake in the program made them. */
  readonly refused: number;
  /** These wait for a better time, because of `trouble`. */
  readonly left: readonly Bundle[];
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

  /** Stores rows and sums of a bundle: all of it in one transaction, unless some calls are refused. */
  async calls(bundle: Bundle): Promise<Stored> {
    const parts = [bundle];
    let refused = 0;
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      try {
        const rest = await this.#part(part);
        const half = Math.ceil(rest.lines.length / 2);
        if (rest.lines.length === 1) refused += 1;
        if (rest.lines.length > 1)
          parts.unshift(partOf(rest, rest.lines.slice(0, half)), partOf(rest, rest.lines.slice(half)));
      } catch (trouble) {
        return { refused, left: [part, ...parts], trouble };
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
  async #part(part: Bundle): Promise<Bundle> {
    let bundle = part;
    for (let tries = 0; tries < mostTries && bundle.lines.length > 0; tries += 1) {
      const refusal = await this.#unlessRefused(this.#batches.forCalls(bundle));
      if (refusal === undefined) return partOf(bundle, []);
      if (refusal.code !== 'database-conflict') return bundle;
      const others = await this.#notStored(bundle.lines);
      bundle = others.length === bundle.lines.length ? this.#renumbered(bundle) : partOf(bundle, others);
    }
    return bundle;
  }

  async #unlessRefused(statements: readonly BatchStatement[]): Promise<DatabaseError | undefined> {
    try {
      await this.#database.batch(statements);
      return undefined;
    } catch (error) {
      const isRefusal =
        error instanceof DatabaseError && ['database-conflict', 'database-failed'].includes(error.code);
      if (isRefusal) return error;
      throw error;
    }
  }

  /** Those that are not there yet: an earlier attempt may have succeeded without our hearing of it. */
  async #notStored(lines: readonly Line[]): Promise<readonly Line[]> {
    const ids = lines.map(({ id }) => id);
    const rows = await this.#database.query
      .selectFrom('calls')
      .select(['id', 'request_id'])
      .where('id', 'in', ids)
      .execute();
    const stored = new Map(rows.map(({ id, request_id }) => [id, request_id]));
    return lines.filter((line) => stored.get(line.id) !== ownOfLine(line).request_id);
  }

  #renumbered(bundle: Bundle): Bundle {
    this.#ids.changeLane();
    const now = this.#clock.now();
    return partOf(bundle, bundle.lines, () => this.#ids.next(now));
  }
}
