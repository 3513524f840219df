import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { Gate } from './gate.ts';
import type { Link } from './link.ts';
import type { Request, StatementResult } from './protocol.ts';

/** Kysely's SQLite, carried out by the worker at the other end of `link`. */
export class WorkerDialect implements Dialect {
  readonly #link: Link;
  readonly #gate: Gate;

  constructor(link: Link, gate: Gate) {
    this.#link = link;
    this.#gate = gate;
  }

  createDriver(): Driver {
    return new WorkerDriver(this.#link, this.#gate);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new GatedAdapter();
  }

  createIntrospector(query: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(query);
  }
}

/** With `false` Kysely would let each query wait for the answer to the one before; the gate is enough. */
class GatedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class WorkerDriver implements Driver {
  readonly #link: Link;
  readonly #gate: Gate;

  constructor(link: Link, gate: Gate) {
    this.#link = link;
    this.#gate = gate;
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<GatedConnection> {
    return Promise.resolve(new GatedConnection(this.#link, this.#gate));
  }

  beginTransaction(connection: GatedConnection, settings: TransactionSettings): Promise<void> {
    // `immediate` takes the write lock now: a transaction that reads first and writes later would fail
    // at once, without waiting, if another process wrote in between (SQLITE_BUSY_SNAPSHOT).
    return connection.begin(settings.accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  async commitTransaction(connection: GatedConnection): Promise<void> {
    await connection.run({ sql: 'commit', parameters: [] });
  }

  async rollbackTransaction(connection: GatedConnection): Promise<void> {
    await connection.rollback();
  }

  savepoint(connection: GatedConnection, name: string): Promise<void> {
    return connection.mark('savepoint', name);
  }

  rollbackToSavepoint(connection: GatedConnection, name: string): Promise<void> {
    return connection.mark('rollback to', name);
  }

  releaseSavepoint(connection: GatedConnection, name: string): Promise<void> {
    return connection.mark('release', name);
  }

  releaseConnection(connection: GatedConnection): Promise<void> {
    return connection.release();
  }

  destroy(): Promise<void> {
    return this.#link.close();
  }
}

/** One user's view of the connection everybody shares. */
class GatedConnection implements DatabaseConnection {
  readonly #link: Link;
  readonly #gate: Gate;
  #holds = false;

  constructor(link: Link, gate: Gate) {
    this.#link = link;
    this.#gate = gate;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return toQueryResult<Row>(await this.run({ sql, parameters }));
  }

  /** Rows come whole: whoever expects very many asks for them page by page, by key. */
  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('The database does not stream rows; ask for them page by page.');
  }

  async run(statement: {
    sql: string;
    parameters: readonly unknown[];
  }): Promise<StatementResult | undefined> {
    const request = { is: 'run', statement } as const;
    const [result] = await (this.#holds
      ? this.#link.send(request)
      : sendThrough(this.#gate, this.#link, request));
    return result;
  }

  async begin(sql: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#gate.hold(resolve);
    });
    this.#holds = true;
    await this.run({ sql, parameters: [] });
  }

  async rollback(): Promise<void> {
    await this.#link.send({ is: 'rollback' });
  }

  async mark(command: string, name: string): Promise<void> {
    await this.run({ sql: `${command} "${name.replaceAll('"', '""')}"`, parameters: [] });
  }

  /** Leaves nothing open behind: a commit that failed must not keep the next one's statements. */
  async release(): Promise<void> {
    if (!this.#holds) return;
    this.#holds = false;
    try {
      await this.rollback();
    } catch {
      // The worker is gone, and the transaction with it. Whoever asks next is told.
    } finally {
      this.#gate.leave();
    }
  }
}

/** Sends `request` as soon as no transaction is open. */
export function sendThrough(gate: Gate, link: Link, request: Request): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    gate.pass(() => {
      link.send(request).then(resolve, reject);
    });
  });
}

function toQueryResult<Row>(result: StatementResult | undefined): QueryResult<Row> {
  return {
    // The query that asked knows the shape of its rows; across the threads they are plain data.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    rows: (result?.rows ?? []) as Row[],
    numAffectedRows: BigInt(result?.changes ?? 0),
    insertId: BigInt(result?.lastRowId ?? 0),
  };
}
