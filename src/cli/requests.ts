import type { RequestView } from '../admin/contract-usage.ts';
import { sleep } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { redacted } from '../base/redact.ts';
import { harmless } from '../base/harmless.ts';
import type { RequestsAsk } from '../usage/reports/request-list.ts';
import type { Action, Cli } from './cli.ts';
import { pastMomentOf } from './moments.ts';
import type { ProblemCode } from './problem-table.ts';
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
  if (follow) await followOn(cli, ask);
  else show(cli, await withReports(cli, (reports) => reports.requests(ask)));
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

/** What goes by while a proxy is restarted, or a database. */
const passing: ReadonlySet<string> = new Set<ProblemCode>([
  'proxy-unreachable',
  'database-unreachable',
  'database-gone',
  'database-busy',
]);

/** What is there already, then what comes, until somebody interrupts. */
async function followOn(cli: Cli, ask: RequestsAsk): Promise<void> {
  const stop = new AbortController();
  const stopped = untilSignal(stop.signal).finally(() => {
    stop.abort();
  });
  try {
    await followUntil(stop.signal, cli, ask);
  } finally {
    // Waiting for a signal would keep the process alive after a failure.
    stop.abort();
    await stopped;
  }
}

/**
 * Where the proxy or the database goes away, the ledger is looked for again until it is there: in the proxy that was
 * started anew, or in the home directory.
 */
async function followUntil(signal: AbortSignal, cli: Cli, ask: RequestsAsk): Promise<void> {
  const follower = new Follower(ask);
  const pause = (): Promise<void> => sleep(cli.clock, lookMs, signal).catch(() => undefined);
  let looks = 0;
  let isTold = false;
  while (!signal.aborted) {
    try {
      await withReports(cli, async (reports) => {
        for (; !signal.aborted; looks += 1) {
          showNext(cli, await follower.next(reports), looks === 0);
          isTold = false;
          await pause();
        }
      });
    } catch (error) {
      if (looks === 0 || !(error instanceof Problem) || !passing.has(error.code)) throw error;
      if (!isTold) cli.terminal.note(`${redacted(error.message)} Waiting for it.`);
      isTold = true;
      await pause();
    }
  }
}

/** As JSON one object a line. */
function showNext(cli: Cli, found: readonly RequestView[], isFirst: boolean): void {
  if (cli.isJson) for (const request of found) cli.terminal.print(harmless(JSON.stringify(request)));
  else print(cli, found, isFirst);
}
