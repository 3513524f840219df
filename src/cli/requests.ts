import type { RequestView } from '../admin/contract-usage.ts';
import { sleep } from '../base/clock.ts';
import { harmless } from '../base/harmless.ts';
import type { RequestsAsk } from '../usage/reports/request-list.ts';
import type { Action, Cli } from './cli.ts';
import { pastMomentOf } from './moments.ts';
import { withReports } from './reach.ts';
import { RequestLines } from './request-lines.ts';
import { Follower } from './request-follower.ts';
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
    if (follow) await followOn(cli, new Follower(reports, ask));
    else show(cli, await reports.requests(ask));
  });
  return 0;
};

function show(cli: Cli, found: readonly RequestView[]): void {
  if (cli.isJson) cli.terminal.json(found);
  else if (found.length === 0) cli.terminal.print('No call that fits is in the ledger.');
  else print(cli, found, true);
}

function print({ terminal, clock }: Cli, found: readonly RequestView[], isFirst: boolean): void {
  const lines = new RequestLines(terminal);
  if (isFirst) terminal.print(lines.heading);
  for (const request of found) for (const line of lines.of(request, clock.now())) terminal.print(line);
}

/** What is there already, then what comes; as JSON one object a line. */
async function followOn(cli: Cli, follower: Follower): Promise<void> {
  const stop = new AbortController();
  const stopped = untilSignal(stop.signal).finally(() => {
    stop.abort();
  });
  for (let isFirst = true; !stop.signal.aborted; isFirst = false) {
    const found = await follower.next();
    if (cli.isJson) for (const request of found) cli.terminal.print(harmless(JSON.stringify(request)));
    else print(cli, found, isFirst);
    await sleep(cli.clock, lookMs, stop.signal).catch(() => undefined);
  }
  await stopped;
}
