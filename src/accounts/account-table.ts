import type { Compilable } from 'kysely';
import { DatabaseError } from '../database/errors.ts';
import { Problem } from '../base/problem.ts';
import type { Database } from '../database/open.ts';
import type { AccountRow } from '../database/tables.ts';
import { toRow } from './account-row.ts';
import type { Account } from './account.ts';

/** The table of accounts. Every method throws DatabaseError. */
export class AccountTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every row, in the order in which the accounts were added. */
  rows(): Promise<AccountRow[]> {
    return this.#database.query
      .selectFrom('accounts')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
  }

  insertion(account: Account): Compilable {
    return this.#database.query.insertInto('accounts').values(toRow(account));
  }

  /** What takes the account and all that is bound to it away. */
  removals(id: string): Compilable[] {
    const { query } = this.#database;
    return [
      query.deleteFrom('accounts').where('id', '=', id),
      query.deleteFrom('bindings').where('account_id', '=', id),
    ];
  }

  /**
   * Puts `after` in the place of the version it was made from; false where another process has changed or
   * removed the account since that was read: its changes must not be undone. Durable when it resolves.
   *
   * @throws Problem `account-name-taken`
   */
  replace(before: Account, after: Account): Promise<boolean> {
    const update = this.#database.query
      .updateTable('accounts')
      .set(toRow(after))
      .where('id', '=', before.id)
      .where('updated_at', '=', before.updatedAt);
    return nameExplained(after.name, async () => {
      const [rows] = await this.#database.batch([update], { durable: true });
      return rows !== 0;
    });
  }
}

/** Two processes may choose one name at one moment: then the database is who notices. */
export async function nameExplained<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof DatabaseError && error.isTaken) throw nameTaken(name);
    throw error;
  }
}

export function nameTaken(name: string): Problem {
  const fix = 'Choose another name: names may not differ in case alone.';
  return new Problem('account-name-taken', `There is an account "${name}" already.`, fix);
}
