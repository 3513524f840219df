import type { Database as Sqlite } from 'bun:sqlite';

/** Looking at every page of a larger file takes many seconds: measured, 15 for five million calls (bytes). */
const wholeCheckLimit = 128 * 2 ** 20;
/** The tables that make a file large. */
const large = ['calls', 'attempts', 'moves'];

/**
 * The first damage that is found; undefined where there is none. Of a large file everything is looked at but the
 * calls.
 */
export function damageIn(file: Sqlite): string | undefined {
  const check = (pragma: string): string | undefined => {
    const [found] = file.query<{ integrity_check: string }, []>(pragma).all();
    return found?.integrity_check === 'ok' ? undefined : (found?.integrity_check ?? '');
  };
  if (sizeOf(file) <= wholeCheckLimit) return check('pragma integrity_check(5)');
  const tables = file
    .query<{ name: string }, []>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    )
    .all();
  for (const { name } of tables) {
    const damage = large.includes(name) ? undefined : check(`pragma integrity_check("${name}")`);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

/** What the ledger holds, in words: `2 MB, 5,321 calls since 2026-08-27`. */
export function ledgerWords(file: Sqlite): string {
  const size = `${Math.ceil(sizeOf(file) / 1e6).toLocaleString('en')} MB`;
  if (file.query("select 1 from sqlite_schema where name = 'calls'").get() === null) return size;
  const oldest = file
    .query<{ started_at: number }, []>('select started_at from calls order by id limit 1')
    .get();
  if (oldest === null) return `${size}, no calls yet`;
  const day = new Date(oldest.started_at).toLocaleDateString('sv');
  // Counting the rows would mean to read them all.
  const calls = file
    .query<{ calls: number | null }, [string]>('select sum(calls) as calls from rollups where day >= ?')
    .get(day);
  return `${size}, ${(calls?.calls ?? 0).toLocaleString('en')} calls since ${day}`;
}

function sizeOf(file: Sqlite): number {
  const pragma = (name: string): number =>
    Number(Object.values(file.query<object, []>(`pragma ${name}`).get() ?? {})[0]);
  return pragma('page_count') * pragma('page_size');
}
