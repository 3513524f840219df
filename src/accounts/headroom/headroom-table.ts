import type { Database } from '../../database/open.ts';
import type { HeadroomRow } from '../../database/tables.ts';
import type { Course } from './course.ts';
import type { Sample } from './forecast.ts';

/** What is to be written about a window; without `course`, its removal. */
export interface WindowChange {
  readonly accountId: string;
  readonly window: string;
  readonly course: Course | undefined;
}

/** The table of what accounts have left. Every method throws DatabaseError. */
export class HeadroomTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every window that was told of since then, the one heard of longest ago first. */
  async read(since: number): Promise<{ accountId: string; course: Course }[]> {
    const rows = await this.#database.query
      .selectFrom('headroom')
      .selectAll()
      .where('read_at', '>=', since)
      .orderBy('read_at')
      .execute();
    return rows.map((row) => ({ accountId: row.account_id, course: fromRow(row) }));
  }

  /** All of `changes` or none. */
  async write(changes: readonly WindowChange[]): Promise<void> {
    const { query } = this.#database;
    const rows: HeadroomRow[] = [];
    const removals = [];
    for (const { accountId, window, course } of changes) {
      if (course !== undefined) rows.push(toRow(accountId, course));
      else
        removals.push(
          query.deleteFrom('headroom').where('account_id', '=', accountId).where('name', '=', window),
        );
    }
    const upserts = rows.map((row) =>
      query
        .insertInto('headroom')
        .values(row)
        .onConflict((conflict) => conflict.columns(['account_id', 'name']).doUpdateSet(row)),
    );
    await this.#database.batch([...removals, ...upserts]);
  }
}

function toRow(accountId: string, { reading, readAt, samples }: Course): HeadroomRow {
  return {
    account_id: accountId,
    name: reading.window,
    kind: reading.kind,
    used: reading.used ?? null,
    most: reading.limit ?? null,
    remaining: reading.remaining ?? null,
    status: reading.status ?? null,
    reset_at: reading.resetAt ?? null,
    read_at: readAt,
    samples: JSON.stringify(samples.map(({ at, used }) => [at, used])),
  };
}

function fromRow(row: HeadroomRow): Course {
  return {
    reading: {
      window: row.name,
      kind: row.kind === 'plan' ? 'plan' : 'bucket',
      used: row.used ?? undefined,
      limit: row.most ?? undefined,
      remaining: row.remaining ?? undefined,
      status: row.status ?? undefined,
      resetAt: row.reset_at ?? undefined,
    },
    readAt: row.read_at,
    samples: samplesIn(row.samples),
  };
}

/** Samples that cannot be read are none: the pace is found anew. */
function samplesIn(text: string): Sample[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return parsed.flatMap((pair: unknown) => {
      const [at, used]: unknown[] = Array.isArray(pair) ? pair : [];
      return typeof at === 'number' && typeof used === 'number' ? [{ at, used }] : [];
    });
  } catch {
    return [];
  }
}
