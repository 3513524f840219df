import { randomBytes } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { product } from '../../base/product.ts';
import { addressText } from '../../config/database-url.ts';
import { migrate, type Migrated, type MigrationTables } from '../migrate.ts';
import { migrations } from '../migrations/all.ts';
import type { Database } from '../open.ts';
import { compiled, spelledOut, type BatchStatement } from '../statement.ts';
import type { Tables } from '../tables.ts';
import { changesOfOthers } from './changes.ts';
import { Connections } from './connections.ts';
import type { PostgresGiven } from './given.ts';
import { postgresGround } from './ground.ts';

export interface PostgresOptions {
  readonly given: PostgresGiven;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Opens a Postgres database and brings its tables to the newest version.
 *
 * @throws Problem that says what to do: `database-unreachable`, `database-refused`, `database-password`,
 *   `database-newer`, `database-foreign`, …
 */
export async function openPostgres({ given, log, clock }: PostgresOptions): Promise<Database> {
  // Tells our own changes from those of other processes.
  const name = `${product.binary} ${randomBytes(6).toString('hex')}`;
  const { from, to } = await migrated(given, name, clock.now());
  if (from !== to) log.info('database migrated', { from, to });
  const { statementTimeoutMs } = given;
  const onLost = ({ message: reason }: Error): void => {
    log.warn('a connection to the database broke', { reason });
  };
  const connections = new Connections({ given, name, statementTimeoutMs, onLost });
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connections }) });
  try {
    return new OpenPostgres(connections, query, name, await changesOfOthers(query, name));
  } catch (error) {
    await connections.end();
    throw error;
  }
}

/** On a connection of its own, where nothing is cut short: an index over millions of rows takes its time. */
async function migrated(given: PostgresGiven, name: string, now: number): Promise<Migrated> {
  const connections = new Connections({ given: { ...given, poolSize: 1 }, name });
  try {
    const query = new Kysely<MigrationTables>({ dialect: new PostgresDialect({ pool: connections }) });
    return await migrate(query, migrations, {
      place: addressText(given.address),
      ground: postgresGround,
      now,
    });
  } finally {
    await connections.end();
  }
}

/** Number of the lock that one batch after the other holds; any number does that no other program takes. */
const turnNumber = 7_325_611_936_549;

class OpenPostgres implements Database {
  readonly inTurn = [{ sql: `select pg_advisory_xact_lock(${turnNumber})`, json: '[]' }];
  readonly query: Kysely<Tables>;
  readonly #connections: Connections;
  readonly #name: string;
  #seen: string;

  constructor(connections: Connections, query: Kysely<Tables>, name: string, seen: string) {
    this.#connections = connections;
    this.query = query;
    this.#name = name;
    this.#seen = seen;
  }

  async batch(statements: readonly BatchStatement[], options: { durable?: boolean } = {}): Promise<number[]> {
    if (statements.length === 0) return [];
    const spelled = statements.map((statement) => spelledOut(compiled(statement)));
    const connection = await this.#connections.connect();
    try {
      return await connection.batch(spelled, options.durable ?? false);
    } finally {
      connection.release();
    }
  }

  async changedElsewhere(): Promise<boolean> {
    const now = await changesOfOthers(this.query, this.#name);
    const hasChanged = now !== this.#seen;
    this.#seen = now;
    return hasChanged;
  }

  /** A server keeps what it was told. */
  isInPlace(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return this.#connections.end();
  }
}
