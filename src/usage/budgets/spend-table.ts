import type { Database } from '../../database/open.ts';
import type { Amount } from './amount.ts';
import { type Period, periods } from './period.ts';

/** Whose spending, in which day, week or month: one row of the table. */
export interface Slot {
  /** `total`, `key:ID`, `account:ID`. */
  readonly subject: string;
  readonly period: Period;
  /** Milliseconds since the epoch. */
  readonly start: number;
}

/** Rows of one statement: SQLite takes 32,766 values, five a row. */
const rowsAtOnce = 500;

/** The table of what was spent. Every method throws DatabaseError. */
export class SpendTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What every subject has spent in the periods that began at `starts`. */
  async read(starts: ReadonlyMap<Period, number>): Promise<(readonly [Slot, Amount])[]> {
    const rows = await this.#database.query
      .selectFrom('budget_spend')
      .selectAll()
      .where((expression) =>
        expression.or([...starts].map(([period, start]) => expression.and({ period, period_start: start }))),
      )
      .execute();
    return rows.flatMap(({ subject, period, period_start: start, micro_usd: microUsd, tokens }) => {
      const known = periods.find((one) => one === period);
      return known === undefined
        ? []
        : [
            [
              { subject, period: known, start },
              { microUsd, tokens },
            ],
          ];
    });
  }

  /** Adds to what is there, all or nothing: two processes on one table add up. */
  async add(spent: readonly (readonly [Slot, Amount])[]): Promise<void> {
    const rows = spent.map(([{ subject, period, start }, { microUsd, tokens }]) => ({
      subject,
      period,
      period_start: start,
      micro_usd: microUsd,
      tokens,
    }));
    const upserts = [];
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      upserts.push(
        this.#database.query
          .insertInto('budget_spend')
          .values(rows.slice(at, at + rowsAtOnce))
          .onConflict((conflict) =>
            conflict.columns(['subject', 'period', 'period_start']).doUpdateSet((expression) => ({
              micro_usd: expression('budget_spend.micro_usd', '+', expression.ref('excluded.micro_usd')),
              tokens: expression('budget_spend.tokens', '+', expression.ref('excluded.tokens')),
            })),
          ),
      );
    }
    await this.#database.batch(upserts);
  }

  /** Drops the periods that began before `moment`. */
  async dropBefore(moment: number): Promise<void> {
    await this.#database.batch([
      this.#database.query.deleteFrom('budget_spend').where('period_start', '<', moment),
    ]);
  }
}
