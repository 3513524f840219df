import { Kysely, PostgresDialect, sql } from 'kysely';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { isSocket, type DatabaseAddress } from '../config/database-url.ts';
import type { Environment } from '../config/environment.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import type { Settings } from '../config/settings.ts';
import type { MigrationTables } from '../database/migrate.ts';
import { Connections } from '../database/postgres/connections.ts';
import { postgresGround } from '../database/postgres/ground.ts';
import type { Tables } from '../database/tables.ts';
import { postgresFrom } from '../server/database-given.ts';
import { emptyStock, type Stock, toStock, versionFound } from './doctor-database.ts';
import type { Found } from './doctor-found.ts';

const name = 'database';

type Query = Kysely<Tables & MigrationTables>;

/** Looks at a Postgres database without changing it. @throws Problem of the connection */
export async function checkPostgres(
  env: Environment,
  settings: Settings['database'],
): Promise<{ found: Found[]; stock: Stock }> {
  const given = await postgresFrom(env, settings);
  if (given === undefined) return { found: [], stock: emptyStock };
  const { statementTimeoutMs, address } = given;
  const connections = new Connections({
    given: { ...given, poolSize: 1 },
    name: `${product.binary} doctor`,
    statementTimeoutMs,
  });
  try {
    const query: Query = new Kysely({ dialect: new PostgresDialect({ pool: connections }) });
    const { found, stock } = await look(query, connections.place, address);
    return { found: [found, ...checkWay(address, connections.place)], stock };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'database-password') throw error;
    // The proxy may well have it: a service has another environment than the person at the terminal.
    const found: Found = { name, is: 'warn', says: error.message, fix: error.fix };
    return { found: [found], stock: emptyStock };
  } finally {
    await connections.end();
  }
}

async function look(
  query: Query,
  place: string,
  { user }: DatabaseAddress,
): Promise<{ found: Found; stock: Stock }> {
  const { rows } = await sql<{ server: string; standby: number; may: number }>`
    select current_setting('server_version') as server, pg_is_in_recovery() as standby,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as may`.execute(query);
  const server = `${place}, PostgreSQL ${rows[0]?.server ?? '?'}`;
  if (rows[0]?.standby === 1) {
    const fix = 'Let database.url lead to the primary.';
    return { found: { name, is: 'fail', says: `${server}, is a standby`, fix }, stock: emptyStock };
  }
  const tables = await postgresGround.tables(query);
  if (tables.length === 0 && rows[0]?.may !== 1) {
    const fix = `Make ${user} the owner of the database, or let it create tables in its schema.`;
    const says = `${server}: ${user} may create no tables`;
    return { found: { name, is: 'fail', says, fix }, stock: emptyStock };
  }
  if (tables.length === 0) {
    const says = `${server}, empty; the first start makes the tables`;
    return { found: { name, is: 'ok', says }, stock: emptyStock };
  }
  if (!tables.includes('migrations') || !tables.includes('accounts')) {
    const fix = 'Choose another one in database.url.';
    const says = `${server}, is a database of another program`;
    return { found: { name, is: 'fail', says, fix }, stock: emptyStock };
  }
  // All columns: the last one is younger than the table.
  const [last] = await query
    .selectFrom('migrations')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .execute();
  return { found: versionFound(place, server, last?.number ?? 0, last?.needs), stock: await stockOf(query) };
}

async function stockOf(query: Query): Promise<Stock> {
  const accounts = await query
    .selectFrom('accounts')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const keys = await query
    .selectFrom('client_keys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return toStock(accounts, keys?.count ?? 0);
}

/** Whether others could read along, or pretend to be the server. */
export function checkWay({ host, tls }: DatabaseAddress, place: string): Found[] {
  if (isSocket(host) || isLoopbackHost(host) || tls === 'verify-full') return [];
  const risk = {
    disable: 'is not encrypted: whoever is in between reads along',
    require:
      'is encrypted, but no certificate is checked: whoever is in between can pretend to be the server',
    'verify-ca': 'is encrypted, but any server with a certificate of that authority is believed',
  }[tls];
  const fix =
    'Take sslmode out of database.url, and name the authority in database.extra_ca where it is not a known one.';
  return [{ name, is: 'warn', says: `the way to ${place} ${risk}`, fix }];
}
