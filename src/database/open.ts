import { Kysely } from 'kysely';
import { type Clock, wallClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { sameFileAt } from '../base/same-file.ts';
import { sendThrough, WorkerDialect } from './dialect.ts';
import { Gate } from './gate.ts';
import { Link } from './link.ts';
import { migrate, type MigrationTables } from './migrate.ts';
import { migrations } from './migrations/all.ts';
import type { PostgresGiven } from './postgres/given.ts';
import { pack } from './protocol.ts';
import { sqliteGround } from './sqlite-ground.ts';
import { compiled, type BatchStatement } from './statement.ts';
import type { Tables } from './tables.ts';

/** The product's one database: typed queries, the same to an SQLite file in a worker and to a Postgres server. */
export interface Database {
  readonly query: Kysely<Tables>;
  /**
   * Carries out all `statements` or none, in one round trip. With `durable` it resolves only when they would
   * survive a power cut; without, they survive a crash of the process. Gives the number of rows each statement
   * changed.
   *
   * @throws DatabaseError; nothing of the batch is then stored. Only where a connection to Postgres breaks while
   *   the last of it is underway (`database-gone`) nobody knows
   */
  batch(statements: readonly BatchStatement[], options?: { readonly durable?: boolean }): Promise<number[]>;
  /**
   * What stands first in a batch that decides by rows which it does not change itself, so that it sees what the one
   * before it has done. Batches of SQLite follow one another anyway.
   */
  readonly inTurn: readonly BatchStatement[];
  /**
   * Whether another process has changed accounts or client keys since this was last asked; SQLite says yes to any
   * other change as well.
   */
  changedElsewhere(): Promise<boolean>;
  /** Whether the file that is open is still the one at its path: otherwise all that is written goes with this process. */
  isInPlace(): Promise<boolean>;
  /** Lets everything asked so far finish, then closes the file or the connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The file; it is made, for its owner alone, where there is none. `:memory:` for one that is never kept. */
  readonly path: string;
  /** A Postgres database instead of the file. */
  readonly postgres?: PostgresGiven | undefined;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Opens the database and brings its tables to the newest version.
 *
 * @throws Problem that says what to do: `database-damaged`, `database-newer`, `database-foreign`,
 *   `database-unreadable`, `database-readonly`, `database-full`, `database-busy`, …; the file is then
 *   left as it was found. Of Postgres also `database-unreachable`, `database-refused`, `database-password`
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { path, postgres, log, clock = wallClock } = options;
  if (postgres !== undefined) {
    // Its driver is loaded by those alone who need it.
    const { openPostgres } = await import('./postgres/open.ts');
    return openPostgres({ given: postgres, log, clock });
  }
  const link = new Link(path);
  const gate = new Gate();
  try {
    await link.send({ is: 'open', path });
    const dialect = new WorkerDialect(link, gate);
    const bare = new Kysely<MigrationTables>({ dialect });
    const { from, to } = await migrate(bare, migrations, {
      place: path,
      ground: sqliteGround,
      now: clock.now(),
    });
    if (from !== to) log.info('database migrated', { from, to });
    const version = await dataVersion(gate, link);
    return new OpenDatabase(link, gate, new Kysely<Tables>({ dialect }), version, sameFileAt(path));
  } catch (error) {
    await link.close();
    throw error;
  }
}

class OpenDatabase implements Database {
  readonly inTurn = [];
  readonly query: Kysely<Tables>;
  readonly isInPlace: () => Promise<boolean>;
  readonly #link: Link;
  readonly #gate: Gate;
  #seenVersion: number;

  constructor(
    link: Link,
    gate: Gate,
    query: Kysely<Tables>,
    seenVersion: number,
    isInPlace: () => Promise<boolean>,
  ) {
    this.isInPlace = isInPlace;
    this.#link = link;
    this.#gate = gate;
    this.query = query;
    this.#seenVersion = seenVersion;
  }

  async batch(statements: readonly BatchStatement[], options: { durable?: boolean } = {}): Promise<number[]> {
    if (statements.length === 0) return [];
    const request = {
      is: 'batch',
      statements: pack(statements.map(compiled)),
      durable: options.durable ?? false,
    } as const;
    const results = await sendThrough(this.#gate, this.#link, request);
    return results.map(({ changes }) => changes);
  }

  async changedElsewhere(): Promise<boolean> {
    const version = await dataVersion(this.#gate, this.#link);
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

/** A number that changes when another connection commits (https://sqlite.org/pragma.html#pragma_data_version). */
async function dataVersion(gate: Gate, link: Link): Promise<number> {
  const statement = { sql: 'pragma data_version', parameters: [] };
  const [result] = await sendThrough(gate, link, { is: 'run', statement });
  const [row] = result?.rows ?? [];
  const version: unknown = typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
  return Number(version);
}
