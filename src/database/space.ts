import { sql, SqliteAdapter, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

// What a database takes on its disk. A server of its own has its own ways (autovacuum): there nothing is known and
// nothing is done here.

export interface Space {
  /** Pages that hold something (bytes). */
  readonly usedBytes: number;
  /** Pages of the file that are empty and will be used again. */
  readonly freeBytes: number;
  /** Whether the file can get smaller, a few pages at a time. */
  readonly canShrink: boolean;
}

/** Undefined where the database is no file of ours. */
export async function spaceOf(query: Kysely<Tables>): Promise<Space | undefined> {
  if (!isFile(query)) return undefined;
  const [pages, free, size, mode] = await Promise.all([
    pragma(query, 'page_count'),
    pragma(query, 'freelist_count'),
    pragma(query, 'page_size'),
    pragma(query, 'auto_vacuum'),
  ]);
  return { usedBytes: (pages - free) * size, freeBytes: free * size, canShrink: mode === incremental };
}

/** Gives `bytes` of empty pages back to the disk: the last pages of the file move to where the empty ones were. */
export async function shrink(query: Kysely<Tables>, bytes: number): Promise<void> {
  const size = await pragma(query, 'page_size');
  await sql`${sql.raw(`pragma incremental_vacuum(${Math.ceil(bytes / size)})`)}`.execute(query);
}

/**
 * Writes the file anew so that it can shrink from now on: whether it can is decided before it has tables. Only for
 * small files of earlier versions, since all else waits meanwhile.
 */
export async function makeShrinkable(query: Kysely<Tables>): Promise<void> {
  await sql`${sql.raw(`pragma auto_vacuum = ${incremental}`)}`.execute(query);
  await sql`vacuum`.execute(query);
}

/** https://sqlite.org/pragma.html#pragma_auto_vacuum */
const incremental = 2;

function isFile(query: Kysely<Tables>): boolean {
  return query.getExecutor().adapter instanceof SqliteAdapter;
}

async function pragma(query: Kysely<Tables>, name: string): Promise<number> {
  const { rows } = await sql<Record<string, unknown>>`${sql.raw(`pragma ${name}`)}`.execute(query);
  return Number(Object.values(rows[0] ?? {})[0]);
}
