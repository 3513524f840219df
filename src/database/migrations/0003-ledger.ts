import { type Kysely, SqliteAdapter } from 'kysely';
import type { MigrationTables } from '../migrate.ts';

/** What was used: calls with their attempts and moves, where accounts stood, and the sums of every hour. */
export async function up(query: Kysely<MigrationTables>): Promise<void> {
  await createCalls(query);
  await createSessionHours(query);
  await createAttempts(query);
  await createMoves(query);
  await createStandings(query);
  await createRollups(query);
}

/** SQLite keeps a table in the order of its key only where the type is spelled this way; there it holds 64 bits. */
function keyType(query: Kysely<MigrationTables>): 'integer' | 'bigint' {
  return query.getExecutor().adapter instanceof SqliteAdapter ? 'integer' : 'bigint';
}

async function createCalls(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('calls')
    // The key is the order in time too: there is no index by time beside it.
    .addColumn('id', keyType(query), (column) => column.primaryKey().notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('client_name', 'text', (column) => column.notNull())
    .addColumn('session', 'text')
    .addColumn('agent', 'text')
    .addColumn('parent_agent', 'text')
    .addColumn('model', 'text')
    .addColumn('answered_model', 'text')
    .addColumn('account_id', 'text')
    .addColumn('account_name', 'text')
    .addColumn('why', 'text')
    .addColumn('is_stream', 'integer', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('ended', 'text', (column) => column.notNull())
    .addColumn('error_type', 'text')
    .addColumn('stop_reason', 'text')
    .addColumn('message_id', 'text')
    .addColumn('upstream_request_id', 'text')
    .addColumn('bytes_in', 'bigint', (column) => column.notNull())
    .addColumn('bytes_out', 'bigint', (column) => column.notNull())
    .addColumn('first_byte_ms', 'bigint')
    .addColumn('ms', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('input', 'bigint')
    .addColumn('output', 'bigint')
    .addColumn('cache_read', 'bigint')
    .addColumn('cache_write_5m', 'bigint')
    .addColumn('cache_write_1h', 'bigint')
    .addColumn('thinking', 'bigint')
    .addColumn('web_searches', 'integer')
    .addColumn('web_fetches', 'integer')
    .addColumn('service_tier', 'text')
    .addColumn('speed', 'text')
    .addColumn('inference_geo', 'text')
    .addColumn('is_estimate', 'integer', (column) => column.notNull())
    .addColumn('cost_micro_usd', 'double precision')
    .addColumn('cost_basis', 'text')
    .addColumn('cache_saved_micro_usd', 'double precision')
    .execute();
}

/** In place of an index of the calls by session, which would have to be changed with every one of them. */
async function createSessionHours(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('session_hours')
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('from_id', 'bigint', (column) => column.notNull())
    .addColumn('below_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('session_hours_key', ['session', 'from_id'])
    .execute();
}

async function createAttempts(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('attempts')
    .addColumn('call_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('account_name', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('ms', 'bigint', (column) => column.notNull())
    .addColumn('ending', 'text', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('error_type', 'text')
    .addColumn('error_code', 'text')
    .addColumn('scope', 'text')
    .addColumn('lesson', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('upstream_request_id', 'text')
    .addPrimaryKeyConstraint('attempts_key', ['call_id', 'number'])
    .execute();
}

async function createMoves(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('moves')
    .addColumn('call_id', keyType(query), (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('session', 'text')
    .addColumn('from_id', 'text', (column) => column.notNull())
    .addColumn('from_name', 'text', (column) => column.notNull())
    .addColumn('to_id', 'text', (column) => column.notNull())
    .addColumn('to_name', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('micro_usd', 'double precision')
    .execute();
}

async function createStandings(query: Kysely<MigrationTables>): Promise<void> {
  await query.schema
    .createTable('standings')
    .addColumn('id', keyType(query), (column) => column.primaryKey().notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('account_name', 'text', (column) => column.notNull())
    .addColumn('standing', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint')
    .addColumn('reason', 'text')
    .execute();
}

/** What an hour is summed up in. */
const counts =
  'calls messages errors cut client_left attempts moves estimates input output cache_read cache_write_5m ' +
  'cache_write_1h thinking web_searches web_fetches bytes_in bytes_out ms_sum first_byte_ms_sum ' +
  'first_byte_count output_ms_sum timed_output';
const amounts = 'cost_micro_usd cache_saved_micro_usd move_micro_usd';

async function createRollups(query: Kysely<MigrationTables>): Promise<void> {
  let table = query.schema
    .createTable('rollups')
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('hour', 'integer', (column) => column.notNull())
    // A key has no nulls: nobody and nothing are ''.
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('cost_basis', 'text', (column) => column.notNull())
    .addColumn('account_name', 'text', (column) => column.notNull())
    .addColumn('client_name', 'text', (column) => column.notNull());
  for (const name of counts.split(' ')) table = table.addColumn(name, 'bigint', (column) => column.notNull());
  for (const name of amounts.split(' '))
    table = table.addColumn(name, 'double precision', (column) => column.notNull());
  await table
    .addPrimaryKeyConstraint('rollups_key', ['day', 'hour', 'account_id', 'client_id', 'model', 'cost_basis'])
    .execute();
}
