import { Database as Sqlite } from 'bun:sqlite';

/** A call for messages of a session, as the ledger's file has it. */
export interface SessionCall {
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly account: string;
  readonly status: number;
  readonly ended: string;
  readonly cacheRead: number;
  /** Why another account served it than the one the session was on. */
  readonly reason: string | null;
  /** The account that served the session's call before; null for its first. */
  readonly previous: string | null;
  /** Whether that one could serve this call, too: it neither rested then nor refused it. */
  readonly could: boolean;
}

/**
 * Every call for messages in the ledger of `path`, session by session, oldest first. That an account could serve is
 * worked out of the table of standings and the attempts of the call, not of what the pool said of the call.
 */
export function sessionCalls(path: string): SessionCall[] {
  const file = new Sqlite(path, { readonly: true });
  try {
    const rows = file.query<Omit<SessionCall, 'could'> & { could: number }, []>(`
      with told as (
        select id, calls.session, started_at as at, account_name as account, status, ended,
          coalesce(cache_read, 0) as cacheRead, reason,
          lag(account_name) over (partition by calls.session order by started_at, id) as previous
        from calls left join moves on call_id = id where purpose = 'messages' and calls.session is not null
      )
      select session, at, account, status, ended, cacheRead, reason, previous,
        not exists (select 1 from standings where account_name = previous and since <= told.at
          and standing = 'resting' and until > told.at)
        and not exists (select 1 from attempts where call_id = told.id and account_name = previous
          and lesson = 'limited') as could
      from told order by session, at, id`);
    return rows.all().map((row) => ({ ...row, could: row.could === 1 }));
  } finally {
    file.close();
  }
}
