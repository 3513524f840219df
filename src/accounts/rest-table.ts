import type { Database } from '../database/open.ts';
import type { RestRow } from '../database/tables.ts';

/** What is to be kept of an account; no rows for nothing. */
export interface RestChange {
  readonly accountId: string;
  readonly rows: readonly RestRow[];
}

/** The table of why accounts cannot serve. Every method throws DatabaseError. */
export class RestTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read(): Promise<RestRow[]> {
    return this.#database.query.selectFrom('rests').selectAll().execute();
  }

  /** All of `changes` or none. */
  async write(changes: readonly RestChange[]): Promise<void> {
    const { query } = this.#database;
    const removals = changes.map(({ accountId }) =>
      query.deleteFrom('rests').where('account_id', '=', accountId),
    );
    const rows = changes.flatMap((change) => change.rows);
    const inserts = rows.map((row) => query.insertInto('rests').values(row));
    await this.#database.batch([...removals, ...inserts]);
  }
}
