import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SessionHomeRow } from '../database/tables.ts';
import { LateWriter } from './late-writer.ts';
import type { SessionTable } from './session-table.ts';
import type { Home, Sessions, Warmth } from './sessions.ts';

export interface KeptSessionsOptions {
  readonly sessions: Sessions;
  readonly table: Pick<SessionTable, 'read' | 'write'>;
  /** As they are now: how long sessions are remembered (ms), and how many. */
  readonly limits: () => { readonly ttlMs: number; readonly most: number };
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a change waits for others to be written with (ms). */
const writeAfterMs = 5_000;
/** More than that come back from no restart: caches are kept for an hour at most, and a start must be quick. */
const mostRead = 10_000;
/** Changes kept between two writings; what comes beyond them is bound, but not kept. */
const mostWaiting = 20_000;

/**
 * Where sessions are at home and their caches warm, kept over a restart. What was bound in the last seconds may be
 * lost in a crash: such a session is a new one then.
 */
export class KeptSessions {
  readonly #options: KeptSessionsOptions;
  readonly #writer: LateWriter;
  readonly #changed = new Map<string, SessionHomeRow>();

  private constructor(options: KeptSessionsOptions) {
    this.#options = options;
    const { clock, log } = options;
    const write = (): Promise<void> => this.#write();
    this.#writer = new LateWriter({ clock, log, what: 'sessions', afterMs: writeAfterMs, write });
  }

  /** Gives `sessions` what is kept of them, and keeps what they become. @throws DatabaseError */
  static async open(options: KeptSessionsOptions): Promise<KeptSessions> {
    const kept = new KeptSessions(options);
    const { sessions, table, limits, clock } = options;
    const { ttlMs, most } = limits();
    const now = clock.now();
    for (const row of await table.read(now - ttlMs, Math.min(most, mostRead)))
      sessions.restore(row.session, homeIn(row, now));
    sessions.onBind = (session, home) => {
      if (kept.#changed.size >= mostWaiting && !kept.#changed.has(session)) return;
      kept.#changed.set(session, rowOf(session, home));
      kept.#writer.soon();
    };
    return kept;
  }

  /** Resolves when what was bound so far is written, or could not be. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  async #write(): Promise<void> {
    if (this.#changed.size === 0) return;
    const { table, limits, clock } = this.#options;
    const rows = [...this.#changed.values()];
    this.#changed.clear();
    await table.write(rows, clock.now() - limits().ttlMs);
  }
}

function rowOf(session: string, { accountId, usedAt, cache, left }: Home): SessionHomeRow {
  return {
    session,
    account_id: accountId,
    used_at: usedAt,
    cache_used_at: cache?.usedAt ?? null,
    cache_kept_ms: cache?.keptMs ?? null,
    cache_tokens: cache?.tokens ?? null,
    left_account_id: left?.accountId ?? null,
    left_used_at: left?.usedAt ?? null,
    left_kept_ms: left?.keptMs ?? null,
    left_tokens: left?.tokens ?? null,
  };
}

function homeIn(row: SessionHomeRow, now: number): Home {
  return {
    accountId: row.account_id,
    usedAt: Math.min(row.used_at, now),
    cache: warmthIn(row.account_id, row.cache_used_at, row.cache_kept_ms, row.cache_tokens),
    left: warmthIn(row.left_account_id, row.left_used_at, row.left_kept_ms, row.left_tokens),
  };
}

function warmthIn(
  accountId: string | null,
  usedAt: number | null,
  keptMs: number | null,
  tokens: number | null,
): Warmth | undefined {
  if (accountId === null || usedAt === null || keptMs === null) return undefined;
  return { accountId, usedAt, keptMs, tokens: tokens ?? 0 };
}
