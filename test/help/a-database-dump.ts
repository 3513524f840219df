import { Database as Sqlite } from 'bun:sqlite';

type Row = Record<string, unknown>;

/** The rows of each table. */
export type Dump = Record<string, Row[]>;

/** Every row of every table of an SQLite file, past everything of ours. */
export function databaseDump(path: string): Dump {
  const file = new Sqlite(path, { readonly: true });
  try {
    const tables = file
      .query<{ name: string }, []>("select name from sqlite_master where type = 'table' order by name")
      .all()
      .map(({ name }) => name);
    return Object.fromEntries(
      tables.map((name) => [name, file.query<Row, []>(`select * from "${name}" order by 1, 2`).all()]),
    );
  } finally {
    file.close();
  }
}
