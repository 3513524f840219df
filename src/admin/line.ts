import type { Pool, Seen } from '../accounts/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/errors.ts';
import type { Database } from '../database/open.ts';
import type { SeenBudget } from '../usage/budgets/budgets.ts';
import { ratioOf } from '../usage/budgets/cap.ts';
import { hourAt } from '../usage/ledger/hours.ts';
import { costOfSession, totals } from '../usage/ledger/reading.ts';
import { usdOf } from '../usage/reports/summary.ts';
import { budgetView } from './budget-view.ts';
import type { LineView } from './contract-line.ts';
import { accountView, type Knows } from './status.ts';

/** Where a status line comes from. */
export interface LineSources {
  readonly pool: Pick<Pool, 'look' | 'homeOf' | 'next'>;
  readonly knows: Knows;
  readonly budgets: () => readonly SeenBudget[];
  readonly query: Database['query'];
  readonly clock: Clock;
  readonly log: Log;
}

/** What one line says of this session and of the proxy. A ledger that cannot be read leaves out what things cost. */
export async function lineView(sources: LineSources, session: string | undefined): Promise<LineView> {
  const { pool, knows, query, clock, log } = sources;
  const home = session === undefined ? undefined : pool.homeOf({ session });
  const seen = pool.look();
  const next = home ?? pool.next?.id;
  // Where nobody is ready: the first that could be.
  const seat =
    seen.find(({ account }) => account.id === next) ??
    seen.find(({ account }) => couldServe(account)) ??
    seen[0];
  const full = sources.budgets().toSorted((a, b) => ratioOf(b) - ratioOf(a))[0];
  const costs = await costsOf(query, session, clock.now()).catch((error: unknown) => {
    log.debug('a status line goes without costs', { reason: messageOf(error) });
    return { sessionUsd: null, todayUsd: null };
  });
  return {
    account: seat === undefined ? null : seatView(seat, home, knows),
    ...costs,
    budget: full === undefined ? null : budgetView(full),
  };
}

function seatView(seat: Seen, home: string | undefined, knows: Knows): LineView['account'] {
  const { name, standing, windows } = accountView(seat, knows);
  return { name, isOfSession: seat.account.id === home, standing, windows };
}

function couldServe({ enabled, kind }: Seen['account']): boolean {
  return enabled && kind !== 'passthrough';
}

async function costsOf(
  query: Database['query'],
  session: string | undefined,
  now: number,
): Promise<Pick<LineView, 'sessionUsd' | 'todayUsd'>> {
  const ofSession = session === undefined ? undefined : await costOfSession(query, session);
  const today = await totals(query, { since: hourAt(now).day });
  return {
    sessionUsd: ofSession === undefined ? null : usdOf(ofSession),
    todayUsd: usdOf(today.cost_micro_usd),
  };
}
