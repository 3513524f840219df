import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import type { Problem } from '../../base/problem.ts';
import { addressText } from '../../config/database-url.ts';
import { alreadyClosed } from '../errors.ts';
import type { Statement } from '../statement.ts';
import { passwordFor, tlsFor, type PostgresGiven } from './given.ts';
import { explainConnecting, explainStatement, isSpent } from './sqlstates.ts';
import { readerOf, toParameter } from './values.ts';

/** How much longer than the server's own limit an answer is waited for, before the connection is given up. */
const usualGraceMs = 5_000;
const idleMs = 60_000;
/** When a silent connection is probed for the first time. */
const keepAliveMs = 30_000;

export interface ConnectionsOptions {
  readonly given: PostgresGiven;
  /** Who we are to the server (`application_name`). */
  readonly name: string;
  /** Left out, statements may take as long as they like. */
  readonly statementTimeoutMs?: number;
  readonly graceMs?: number;
  /** Told of a connection that broke while nobody used it. */
  readonly onLost?: (reason: Problem) => void;
}

/**
 * The connections to one Postgres server, as Kysely wants to see them. Every error that leaves here is a Problem. A
 * connection that breaks is made anew by whoever asks next; no statement is repeated, since nobody knows what became
 * of it.
 */
export class Connections implements PostgresPool {
  /** Kysely would make clients of its own from these; it gets none. */
  readonly options = {};
  /** The database as people know it. */
  readonly place: string;
  readonly #pool: Pool;
  /** Connections that were asked for and not yet given back. */
  readonly #uses = new Set<Promise<void>>();
  /**
   * Why the last connection did not come about. Until one does, there is one attempt at a time and everybody else is
   * told at once: calls must not wait for a server that is not there.
   */
  #trouble: Problem | undefined;
  #isTrying = false;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionsOptions) {
    const { given, name, statementTimeoutMs, graceMs = usualGraceMs, onLost } = options;
    const { address, poolSize, connectTimeoutMs } = given;
    const { host, port, user, database } = address;
    this.place = addressText(address);
    this.#pool = new Pool({
      Client: ClosingClient,
      host,
      port,
      user,
      database,
      password: passwordFor(given, this.place),
      ssl: tlsFor(given),
      application_name: name,
      max: poolSize,
      idleTimeoutMillis: idleMs,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      pipeline: true,
      types: { getTypeParser: readerOf },
      ...(statementTimeoutMs !== undefined && { query_timeout: statementTimeoutMs + graceMs }),
    });
    this.#pool.on('error', (error) => onLost?.(explainStatement(error, this.place)));
    this.#pool.on('connect', (client) => {
      // Not a parameter of the connection: poolers in between refuse those they do not know.
      const set = client.query(`set statement_timeout = ${Math.ceil(statementTimeoutMs ?? 0)}`);
      // It goes ahead of the first statement; a connection that broke meanwhile tells that one.
      set.catch(() => undefined);
    });
  }

  /** @throws Problem `database-unreachable`, `database-refused`, `database-crowded`, `database-closed`, … */
  async connect(): Promise<Connection> {
    if (this.#closing !== undefined) throw alreadyClosed(this.place);
    if (this.#trouble !== undefined && this.#isTrying) throw this.#trouble;
    this.#isTrying = this.#trouble !== undefined;
    const { promise: use, resolve: end } = Promise.withResolvers<void>();
    this.#uses.add(use);
    const left = (): void => {
      this.#uses.delete(use);
      end();
    };
    try {
      const client = await this.#pool.connect();
      this.#trouble = undefined;
      return new Connection(client, this.place, left);
    } catch (error) {
      left();
      const problem = explainConnecting(error, this.place);
      if (problem.code === 'database-unreachable') this.#trouble = problem;
      throw problem;
    } finally {
      this.#isTrying = false;
    }
  }

  /** Lets everything asked so far finish, then closes the connections. May be called again. */
  end(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    while (this.#uses.size > 0) await Promise.all(this.#uses);
    await this.#pool.end();
  }
}

/** The driver leaves a connection open on which we broke the sign-in off, and a command would not end. */
class ClosingClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.connection.on('error', () => {
      this.connection.stream.destroy();
    });
  }
}

/** A connection while somebody has it. */
export class Connection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #place: string;
  readonly #left: () => void;
  #isSpent = false;

  constructor(client: PoolClient, place: string, left: () => void) {
    this.#client = client;
    this.#place = place;
    this.#left = left;
    // Whoever waits for an answer is told by that; without a listener it would end the process as well.
    client.on('error', ignore);
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    sql: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof sql !== 'string') throw new TypeError('The database does not stream rows.');
    return this.#run<R>(sql, parameters);
  }

  /**
   * Carries out all `statements` or none, sent together. Gives the number of rows each changed. With `durable` it
   * resolves when they would survive a power cut of the server; without, they may be lost with the last half second.
   *
   * @throws Problem; nothing of them is then stored, unless the connection broke at the very end
   */
  async batch(statements: readonly Statement[], durable: boolean): Promise<number[]> {
    const ready = statements.map(({ sql, parameters }) => [sql, parameters.map(toParameter)] as const);
    const begin = `begin; set local synchronous_commit = ${durable ? 'on' : 'off'}`;
    // After one that failed the server refuses the others, and takes `commit` for `rollback`.
    const sent = [
      this.#client.query(begin),
      ...ready.map(([sql, parameters]) => this.#client.query(sql, parameters)),
      this.#client.query('commit'),
    ];
    const ends = await Promise.allSettled(sent);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw this.#explained(failed.reason);
    return ends.slice(1, -1).map((end) => (end.status === 'fulfilled' ? (end.value.rowCount ?? 0) : 0));
  }

  release(destroy = false): void {
    this.#client.off('error', ignore);
    this.#client.release(destroy || this.#isSpent);
    this.#left();
  }

  async #run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const values = parameters.map(toParameter);
    try {
      // Without values, as a simple statement: `begin` and the like need no plan.
      const result = await this.#client.query(sql, values);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the query that asked knows its rows
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): Problem {
    const problem = explainStatement(error, this.#place);
    this.#isSpent ||= isSpent(problem);
    return problem;
  }
}

function ignore(): void {}
