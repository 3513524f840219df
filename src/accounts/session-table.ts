import type { Database } from '../database/open.ts';
import type { SessionHomeRow } from '../database/tables.ts';

/** Rows of one statement: far below what SQLite takes at ten values a row. */
const rowsAtOnce = 500;

/** The table of where sessions are at home. Every method throws DatabaseError. */
export class SessionTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The sessions used since then, the latest last; of more than `most` the latest. */
  async read(since: number, most: number): Promise<SessionHomeRow[]> {
    const rows = await this.#database.query
      .selectFrom('session_homes')
      .selectAll()
      .where('used_at', '>=', since)
      .orderBy('used_at', 'desc')
      .limit(most)
      .execute();
    return rows.toReversed();
  }

  /** Writes `rows`, and drops what was not used since `since`. All of it or none. */
  async write(rows: readonly SessionHomeRow[], since: number): Promise<void> {
    const { query } = this.#database;
    const upserts = [];
    for (let at = 0; at < rows.length; at += rowsAtOnce)
      upserts.push(
        query
          .insertInto('session_homes')
          .values(rows.slice(at, at + rowsAtOnce))
          .onConflict((conflict) =>
            conflict.column('session').doUpdateSet((expression) => ({
              account_id: expression.ref('excluded.account_id'),
              used_at: expression.ref('excluded.used_at'),
              cache_used_at: expression.ref('excluded.cache_used_at'),
              cache_kept_ms: expression.ref('excluded.cache_kept_ms'),
              cache_tokens: expression.ref('excluded.cache_tokens'),
              left_account_id: expression.ref('excluded.left_account_id'),
              left_used_at: expression.ref('excluded.left_used_at'),
              left_kept_ms: expression.ref('excluded.left_kept_ms'),
              left_tokens: expression.ref('excluded.left_tokens'),
            })),
          ),
      );
    await this.#database.batch([query.deleteFrom('session_homes').where('used_at', '<', since), ...upserts]);
  }
}
