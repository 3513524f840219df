import { sql } from 'kysely';
import { product } from '../base/product.ts';
import type { Ground } from './migrate.ts';

/** SQLite while tables are made: transactions begin `immediate`, so a second process waits for the first already. */
export const sqliteGround: Ground = {
  async tables(query) {
    const { rows } = await sql<{ name: string }>`
      select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`.execute(query);
    return rows.map(({ name }) => name);
  },
  async lock() {},
  async complete() {},
  another: `choose another home folder with ${product.envPrefix}HOME`,
};
