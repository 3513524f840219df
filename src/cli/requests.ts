import type { RequestView } from '../admin/contract-usage.ts';
import type { Reports } from '../admin/reports.ts';
import { sleep } from '../base/clock.ts';
import type { RequestsAsk } from '../usage/reports/request-list.ts';
import type { Action, Cli } from './cli.ts';
import { pastMomentOf } from './moments.ts';
import { withReports } from './reach.ts';
import { requestLines, requestsHeading } from './request-lines.ts';
import { untilSignal } from './signals.ts';

export interface RequestsOptions {
  readonly follow?: boolean;
  readonly limit?: number;
  readonly since?: string;
  readonly account?: string;
  readonly model?: string;
  readonly client?: string;
  readonly session?: string;
  readonly agent?: string;
  readonly request?: string;
  readonly troubled?: boolean;
}

/** How often `--follow` asks (ms). */
const lookMs = 500;
/** Rows of one question. */
const mostAtOnce = 500;

/** `requests`: the last calls, oldest first; `--follow` goes on until it is interrupted. */
export const requests: Action<RequestsOptions> = async (cli, options) => {
  const { limit = 20, follow = false, since, ...filters } = options;
  const { account, model, client, session, agent, request, troubled } = filters;
  const ask: RequestsAsk = {
    account,
    model,
    client,
    session,
    agent,
    request,
    troubled,
    limit,
    since: since === undefined ? undefined : Math.floor(pastMomentOf(since, cli.clock.now(), '--since')),
  };
  await withReports(cli, async (reports) => {
    const found = await reports.requests(ask);
    if (!follow) show(cli, found);
    else await followOn(cli, reports, ask, found);
  });
  return 0;
};

function show(cli: Cli, found: readonly RequestView[]): void {
  if (cli.isJson) cli.terminal.json(found);
  else if (found.length === 0) cli.terminal.print('No call that fits is in the ledger.');
  else print(cli, found, true);
}

function print({ terminal, clock }: Cli, found: readonly RequestView[], isFirst: boolean): void {
  if (isFirst) terminal.print(terminal.styled('dim', requestsHeading));
  for (const request of found)
    for (const line of requestLines(request, clock.now(), terminal)) terminal.print(line);
}

/** What is there already, then what comes; as JSON one object a line. */
async function followOn(
  cli: Cli,
  reports: Reports,
  ask: RequestsAsk,
  first: readonly RequestView[],
): Promise<void> {
  const stop = new AbortController();
  const stopped = untilSignal(stop.signal).finally(() => {
    stop.abort();
  });
  let found = first;
  // Where nothing is there yet, everything that comes is new.
  let last = first.at(-1)?.id ?? 0;
  for (let isFirst = true; !stop.signal.aborted; isFirst = false) {
    if (cli.isJson) for (const request of found) cli.terminal.print(JSON.stringify(request));
    else print(cli, found, isFirst);
    last = found.at(-1)?.id ?? last;
    if (found.length < mostAtOnce) await sleep(cli.clock, lookMs, stop.signal).catch(() => undefined);
    if (stop.signal.aborted) break;
    found = await reports.requests({ ...ask, limit: mostAtOnce, after: last });
  }
  await stopped;
}
