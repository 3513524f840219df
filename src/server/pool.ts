import { Headroom } from '../accounts/headroom/headroom.ts';
import { HeadroomTable } from '../accounts/headroom/headroom-table.ts';
import { type Room, roomWith } from '../accounts/headroom/room.ts';
import { KeptRests } from '../accounts/kept-rests.ts';
import { KeptSessions } from '../accounts/kept-sessions.ts';
import { type OnStanding, Pool } from '../accounts/pool.ts';
import { RestTable } from '../accounts/rest-table.ts';
import { SessionTable } from '../accounts/session-table.ts';
import { homeName, Sessions } from '../accounts/sessions.ts';
import type { Budgets } from '../usage/budgets/budgets.ts';
import type { Recorder } from '../usage/call-record.ts';
import { RecentMoves } from '../usage/recent-moves.ts';
import type { Parts } from './parts.ts';

interface PoolOptions extends Parts {
  readonly onStanding: OnStanding;
  readonly budgets: Pick<Budgets, 'barred' | 'windowsOf'>;
}

/** A pool that says when an account may stand elsewhere than before: there may be other processes that want to know. */
export class TellingPool extends Pool {
  onChange: (() => void) | undefined;

  override report(...learned: Parameters<Pool['report']>): void {
    super.report(...learned);
    if (learned[1].is !== 'fine') this.onChange?.();
  }

  override heal(accountId: string): void {
    super.heal(accountId);
    this.onChange?.();
  }
}

interface OpenPool {
  readonly pool: TellingPool;
  readonly headroom: Headroom;
  readonly sessions: Sessions;
  readonly moves: RecentMoves;
  readonly heard: Recorder;
  /** Writes what is known of accounts and sessions: another process is to begin with it. */
  readonly remember: () => Promise<void>;
}

/** The accounts as they stand, what each has left, and who moved between them; all follow what is stored. */
export async function openPool({
  stores: { accounts, database },
  live,
  clock,
  log,
  closing,
  onStanding,
  budgets,
}: PoolOptions): Promise<OpenPool> {
  const headroom = await Headroom.open({ table: new HeadroomTable(database), clock, log });
  closing.push(() => headroom.flush());
  const rests = await KeptRests.open({ table: new RestTable(database), clock, log });
  closing.push(() => rests.flush());
  const roomOf = (id: string): Room => roomWith(headroom.roomOf(id), () => budgets.windowsOf(id));
  const memory = { roomOf, recall: rests.recall, keep: rests.keep };
  const limits = (): { ttlMs: number; most: number } => {
    const { sessionTtlSeconds, maxSessions } = live.settings.routing;
    return { ttlMs: sessionTtlSeconds * 1000, most: maxSessions };
  };
  const sessions = new Sessions(clock, limits().ttlMs, limits().most);
  const kept = await KeptSessions.open({ sessions, table: new SessionTable(database), limits, clock, log });
  closing.push(() => kept.flush());
  const pool = new TellingPool(clock, sessions, onStanding, (id) => budgets.barred(id), memory);
  pool.follow(live.settings.routing);
  live.onChange(({ routing }) => {
    sessions.limit(routing.sessionTtlSeconds * 1000, routing.maxSessions);
    pool.follow(routing);
  });
  pool.refill(accounts.list(), accounts.missing);
  closing.push(
    accounts.onChange((all) => {
      pool.refill(all, accounts.missing);
      const ids = new Set(all.map(({ id }) => id));
      headroom.keepOnly(ids);
      rests.keepOnly(ids);
    }),
  );
  const moves = new RecentMoves();
  const heard: Recorder = (call) => {
    moves.hear(call);
    sessions.heard({ ...call, session: homeName(call, live.settings.routing.subagents) });
  };
  const remember = async (): Promise<void> => {
    await Promise.all([headroom.flush(), rests.flush(), kept.flush()]);
  };
  return { pool, headroom, sessions, moves, heard, remember };
}
