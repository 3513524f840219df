import type { Database } from '../database/open.ts';
import type { BindingRow } from '../database/tables.ts';

/** A binding of an object whose name is known from elsewhere. */
export interface Bound {
  readonly accountId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What is to be written about an object; without `bound`, its removal. */
export interface Change {
  readonly kind: string;
  readonly bound: Bound | undefined;
}

/** Rows of one statement: SQLite takes 32,766 values, five a row. */
const rowsAtOnce = 500;

/** The table of bindings. Every method throws DatabaseError. */
export class BindingTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(object: string): Promise<Bound | undefined> {
    const row = await this.#database.query
      .selectFrom('bindings')
      .select(['account_id', 'created_at', 'expires_at'])
      .where('object', '=', object)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return { accountId: row.account_id, createdAt: row.created_at, expiresAt: row.expires_at };
  }

  /** All of `changes` or none. */
  async write(changes: readonly (readonly [object: string, change: Change])[]): Promise<void> {
    const { query } = this.#database;
    const removed: string[] = [];
    const rows: BindingRow[] = [];
    for (const [object, { kind, bound }] of changes) {
      if (bound === undefined) removed.push(object);
      else rows.push(toRow(object, kind, bound));
    }
    const removals = piecesOf(removed).map((objects) =>
      query.deleteFrom('bindings').where('object', 'in', objects),
    );
    const upserts = piecesOf(rows).map((piece) =>
      query
        .insertInto('bindings')
        .values(piece)
        .onConflict((conflict) =>
          conflict.column('object').doUpdateSet((expression) => ({
            kind: expression.ref('excluded.kind'),
            account_id: expression.ref('excluded.account_id'),
            expires_at: expression.ref('excluded.expires_at'),
          })),
        ),
    );
    await this.#database.batch([...removals, ...upserts]);
  }

  /** Removes what has expired by `now`. */
  async expire(now: number): Promise<void> {
    await this.#database.batch([this.#database.query.deleteFrom('bindings').where('expires_at', '<=', now)]);
  }

  /** How many bindings there are of each kind. */
  counts(): Promise<{ kind: string; count: number }[]> {
    return this.#database.query
      .selectFrom('bindings')
      .select((expression) => ['kind', expression.fn.countAll<number>().as('count')])
      .groupBy('kind')
      .execute();
  }

  /** Removes the `count` bindings of a kind that end soonest. */
  async thin(kind: string, count: number): Promise<void> {
    const { query } = this.#database;
    const soonest = query
      .selectFrom('bindings')
      .select('object')
      .where('kind', '=', kind)
      .orderBy('expires_at')
      .limit(count);
    await this.#database.batch([query.deleteFrom('bindings').where('object', 'in', soonest)]);
  }
}

function toRow(object: string, kind: string, { accountId, createdAt, expiresAt }: Bound): BindingRow {
  return { object, kind, account_id: accountId, created_at: createdAt, expires_at: expiresAt };
}

function piecesOf<T>(all: readonly T[]): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < all.length; at += rowsAtOnce) pieces.push(all.slice(at, at + rowsAtOnce));
  return pieces;
}
