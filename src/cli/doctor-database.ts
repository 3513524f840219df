import { Database as Sqlite } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { worksFor } from '../database/migrate.ts';
import { migrations } from '../database/migrations/all.ts';
import type { Found } from './doctor-found.ts';
import { damageIn, ledgerWords } from './doctor-ledger.ts';
import { product } from '../base/product.ts';

/** What the database holds, as far as the other checks care. */
export interface Stock {
  readonly accounts: readonly {
    readonly name: string;
    readonly kind: string;
    readonly enabled: boolean;
    readonly baseUrl: string;
    /** Its calls go through a proxy of its own, or trust other certificates. */
    readonly hasOwnWay: boolean;
  }[];
  /** Client keys that are not revoked. */
  readonly keys: number;
}

export const emptyStock: Stock = { accounts: [], keys: 0 };

/**
 * Whoever has the file open reads and writes it to the end; then it is gone. A backup has to wait until then: who closes a
 * file clears away the log beside its path.
 */
const lostFix = `Save the accounts while it runs (\`${product.binary} auth export\`); then stop it, put a backup in place, and start it again.`;

/**
 * Reads the file without changing it (no migration, no clean-up), whether a proxy has it open or not. It
 * is read here and not by the database's worker: nothing streams in this process.
 */
export function checkDatabase(path: string, isRunning: boolean): Promise<{ found: Found; stock: Stock }> {
  if (!existsSync(path)) {
    const found: Found = isRunning
      ? { name: 'database', is: 'fail', says: `${path} is gone, and a proxy has it open`, fix: lostFix }
      : { name: 'database', is: 'ok', says: 'none yet; the first start makes it' };
    return Promise.resolve({ found, stock: emptyStock });
  }
  let file: Sqlite | undefined;
  try {
    file = new Sqlite(path, { readonly: true });
    return Promise.resolve({ found: look(file, path), stock: stockOf(file) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fix = `Stop every ${product.binary}, keep a copy, and put a backup in its place.`;
    const found: Found = { name: 'database', is: 'fail', says: `${path}: ${reason}`, fix };
    return Promise.resolve({ found, stock: emptyStock });
  } finally {
    file?.close();
  }
}

function look(file: Sqlite, path: string): Found {
  const damage = damageIn(file);
  if (damage !== undefined) {
    const fix = `Stop every ${product.binary}, keep a copy, and put a backup in its place.`;
    return { name: 'database', is: 'fail', says: `${path} is damaged: ${damage}`, fix };
  }
  const last = file
    .query<{ number: number; needs?: number | null }, []>(
      'select * from migrations order by number desc limit 1',
    )
    .get();
  const found = versionFound(path, 'whole', last?.number ?? 0, last?.needs);
  return found.is === 'ok' ? { ...found, says: `${found.says}; ${ledgerWords(file)}` } : found;
}

/** What there is to say of tables that have version `here`. */
export function versionFound(place: string, says: string, here: number, needs: number | null = null): Found {
  const newest = migrations.at(-1)?.number ?? 0;
  if (here > newest && worksFor(newest, { needs }))
    return {
      name: 'database',
      is: 'ok',
      says: `${says}, version ${here}, of a newer program that only added to it`,
    };
  if (here > newest) {
    const newer = `${place} has version ${here}; this program knows up to ${newest}`;
    return { name: 'database', is: 'fail', says: newer, fix: `Use a newer ${product.binary}.` };
  }
  const next = here < newest ? `; the next start brings it to ${newest}` : '';
  return { name: 'database', is: 'ok', says: `${says}, version ${here}${next}` };
}

/** An account as a table holds it, of whatever version. */
export interface StoredRow {
  readonly name: string;
  readonly kind: string;
  readonly enabled: number;
  readonly base_url: string;
  readonly proxy?: string | null;
  readonly extra_ca?: string | null;
}

function stockOf(file: Sqlite): Stock {
  const rows = file
    // All columns: a file that waits for a migration does not have the newest.
    .query<StoredRow, []>('select * from accounts order by created_at, id')
    .all();
  const keys = file
    .query<{ count: number }, []>('select count(*) as count from client_keys where revoked_at is null')
    .get();
  return toStock(rows, keys?.count ?? 0);
}

export function toStock(rows: readonly StoredRow[], keys: number): Stock {
  return {
    keys,
    accounts: rows.map(({ name, kind, enabled, base_url, proxy, extra_ca }) => ({
      name,
      kind,
      enabled: enabled === 1,
      baseUrl: base_url,
      hasOwnWay: (proxy ?? extra_ca ?? undefined) !== undefined,
    })),
  };
}
