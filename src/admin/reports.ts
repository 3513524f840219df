import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Database } from '../database/open.ts';
import { callsOfSession, sessionsLike } from '../usage/ledger/reading.ts';
import { requestList, type RequestsAsk } from '../usage/reports/request-list.ts';
import { sessionTree } from '../usage/reports/session-tree.ts';
import type { UsageAsk } from '../usage/reports/ask.ts';
import { usageReport } from '../usage/reports/usage-report.ts';
import { type SeriesAsk, usageSeries } from '../usage/reports/usage-series.ts';
import type { RequestView, SessionView, UsageSeriesView, UsageView } from './contract-usage.ts';
import { agentView, requestView } from './report-views.ts';
import { moment } from './status.ts';

/** What commands and the page may ask the ledger. */
export interface Reports {
  usage(ask: UsageAsk): Promise<UsageView>;
  /** What was used over time. */
  series(ask: SeriesAsk): Promise<UsageSeriesView>;
  /** Oldest first. */
  requests(ask: RequestsAsk): Promise<readonly RequestView[]>;
  /** By its id, or the beginning of it. @throws Problem session-unknown, session-ambiguous */
  session(idOrBeginning: string): Promise<SessionView>;
}

/** The ledger of this home, read where it is kept. Every method throws DatabaseError. */
export function localReports({ query }: Pick<Database, 'query'>): Reports {
  return {
    async usage(ask) {
      const { lines, total } = await usageReport(query, ask);
      return {
        by: ask.by,
        since: moment(ask.since),
        until: moment(ask.until),
        lines,
        total,
      };
    },
    async series(ask) {
      const { by, every } = ask;
      const range = { since: moment(ask.since), until: moment(ask.until) };
      return { by, every, ...range, ...(await usageSeries(query, ask)) };
    },
    async requests(ask) {
      return (await requestList(query, ask)).map(requestView);
    },
    async session(asked) {
      const session = await sessionNamed(query, asked);
      const calls = session === undefined ? [] : await callsOfSession(query, session);
      if (session !== undefined && calls.length > 0) return { session, tree: agentView(sessionTree(calls)) };
      throw new Problem(
        'session-unknown',
        `The ledger has no call of a session "${asked}".`,
        `\`${ownCommand('usage --by session')}\` lists those it has.`,
      );
    },
  };
}

async function sessionNamed(query: Database['query'], asked: string): Promise<string | undefined> {
  // Of all that begin so, the one that is nothing but so comes first.
  const [first, second] = await sessionsLike(query, asked, 2);
  if (first === asked || second === undefined) return first;
  throw new Problem(
    'session-ambiguous',
    `More than one session begins with "${asked}".`,
    'Give more of its id.',
  );
}
