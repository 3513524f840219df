import { Database as Sqlite } from 'bun:sqlite';

const sums = `count(*) as calls, sum(purpose = 'messages') as messages, sum(ended = 'error') as errors,
  sum(ended = 'cut') as cut, sum(ended = 'client-left') as client_left, sum(attempts) as attempts,
  sum(is_estimate) as estimates, total(input) as input, total(output) as output, total(cache_read) as cache_read,
  total(cache_write_5m) as cache_write_5m, total(cache_write_1h) as cache_write_1h, total(thinking) as thinking,
  total(web_searches) as web_searches, total(web_fetches) as web_fetches, sum(bytes_in) as bytes_in,
  sum(bytes_out) as bytes_out, sum(ms) as ms_sum, total(first_byte_ms) as first_byte_ms_sum,
  count(first_byte_ms) as first_byte_count, round(total(cost_micro_usd), 3) as cost_micro_usd,
  round(total(cache_saved_micro_usd), 3) as cache_saved_micro_usd,
  count(moves.call_id) as moves, round(total(moves.micro_usd), 3) as move_micro_usd,
  total(iif(is_stream and first_byte_ms is not null and output is not null, ms - first_byte_ms, 0)) as output_ms_sum,
  total(iif(is_stream and first_byte_ms is not null, output, 0)) as timed_output`;

const key = `strftime('%Y-%m-%d', started_at / 1000, 'unixepoch', 'localtime') as day,
  cast(strftime('%H', started_at / 1000, 'unixepoch', 'localtime') as integer) as hour,
  coalesce(account_id, '') as account_id, client_id, coalesce(model, '') as model, coalesce(cost_basis, '') as cost_basis`;

type Row = Record<string, string | number>;

/** What a ledger's file says, past everything of ours: whether it is whole, and whether rows and sums agree. */
export function readLedgerFile(path: string) {
  const file = new Sqlite(path, { readonly: true });
  const all = (sql: string): Row[] => file.query<Row, []>(sql).all();
  try {
    const columns = all("select name from pragma_table_info('rollups')")
      .map(({ name }) => String(name))
      .filter((name) => !name.endsWith('_name'));
    const rounded = columns.map((name) =>
      name.endsWith('micro_usd') ? `round(${name}, 3) as ${name}` : name,
    );
    const order = 'order by day, hour, account_id, client_id, model, cost_basis';
    const counted = all(
      `select ${key}, ${sums} from calls left join moves on call_id = id group by 1, 2, 3, 4, 5, 6 ${order}`,
    );
    return {
      integrity: all('pragma integrity_check').map((row) => row['integrity_check']),
      requestIds: all('select request_id from calls order by id').map((row) => String(row['request_id'])),
      rollups: all(`select ${rounded.join(', ')} from rollups ${order}`),
      /** The rollups as they should be. */
      counted: counted.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? 0]))),
      attempts: all('select * from attempts order by call_id, number'),
      moves: all('select * from moves order by call_id'),
      standings: all('select * from standings order by id'),
    };
  } finally {
    file.close();
  }
}
