import { type QueryExecutorProvider, sql } from 'kysely';

/** The tables of which every process keeps a copy in memory. */
const watched = ['accounts', 'client_keys'] as const;

/**
 * Lets the server note who changed one of the watched tables: a row for each origin (`application_name`), counted up
 * in the transaction of the change, so that nobody waits for anybody else's row. It sees also what an administrator
 * changes by hand. Rows of processes that are long gone are dropped along the way.
 */
export async function noteChanges(query: QueryExecutorProvider): Promise<void> {
  await sql`
    create table if not exists changes (
      origin text primary key, version bigint not null, changed_at timestamptz not null)`.execute(query);
  await sql`
    create or replace function note_change() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into changes as mine (origin, version, changed_at) values (current_setting('application_name'), 1, now())
        on conflict (origin) do update set version = mine.version + 1, changed_at = now();
      delete from changes where changed_at < now() - interval '1 day';
      return null;
    end $$`.execute(query);
  for (const table of watched) {
    await sql`drop trigger if exists note_change on ${sql.table(table)}`.execute(query);
    await sql`
      create trigger note_change after insert or update or delete or truncate on ${sql.table(table)}
        for each statement execute function note_change()`.execute(query);
  }
}

/** A text that differs once another than `origin` has changed a watched table. */
export async function changesOfOthers(query: QueryExecutorProvider, origin: string): Promise<string> {
  const { rows } = await sql<{ origins: number; versions: number }>`
    select count(*) as origins, coalesce(sum(version), 0) as versions
    from changes where origin <> ${origin}`.execute(query);
  return JSON.stringify(rows[0]);
}
