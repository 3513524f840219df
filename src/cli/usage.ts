import type { UsageView } from '../admin/contract-usage.ts';
import { type Grouping, groupings } from '../usage/reports/groupings.ts';
import type { Action, Cli } from './cli.ts';
import { beginOfDay, pastMomentOf } from './moments.ts';
import { problem } from './problems.ts';
import { withReports } from './reach.ts';
import { showSession } from './session-tree.ts';
import { usageCsv } from '../admin/usage-csv.ts';
import { showUsage } from './usage-table.ts';

export interface UsageOptions {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly account?: string;
  readonly model?: string;
  readonly client?: string;
  readonly session?: string;
  readonly csv?: boolean;
}

/** `usage`: what was used and what it cost; `usage --session ID` by itself: the tree of its agents. */
export const usage: Action<UsageOptions> = async (cli, options) => {
  const { session } = options;
  if (session !== undefined && isWhole(options)) {
    const view = await withReports(cli, (reports) => reports.session(session));
    if (cli.isJson) cli.terminal.json(view);
    else showSession(cli, view);
    return 0;
  }
  const by = groupingOf(options.by ?? (session === undefined ? 'day' : 'agent'));
  const { since, until } = rangeOf(cli, by, options);
  const { account, model, client } = options;
  const ask = { by, since, until, account, model, client, session };
  const view: UsageView = await withReports(cli, (reports) => reports.usage(ask));
  if (cli.isJson) cli.terminal.json(view);
  else if (options.csv === true) cli.terminal.write(usageCsv(view));
  else showUsage(cli, view);
  return 0;
};

/** Nothing narrows what is asked for, and no other form is wanted: a tree of a part would have wrong sums. */
function isWhole({ by, csv, since, until, account, model, client }: UsageOptions): boolean {
  return [by, csv, since, until, account, model, client].every((one) => one === undefined);
}

/** @throws Problem value-invalid */
function groupingOf(text: string): Grouping {
  const found = groupings.find((one) => one === text);
  if (found !== undefined) return found;
  throw problem('value-invalid', { option: '--by', value: text.slice(0, 40), expects: groupings.join(', ') });
}

/**
 * Thirty days; a day by the hour; a week of sessions and agents, whose calls are added up one by one. One session is
 * shown from its beginning, however long ago that was.
 */
function rangeOf({ clock }: Cli, by: Grouping, options: UsageOptions): { since: number; until: number } {
  const now = clock.now();
  const days = by === 'hour' ? 0 : by === 'session' || by === 'agent' ? 6 : 29;
  const byDefault = options.session === undefined ? beginOfDay(now, days) : 0;
  const since = options.since === undefined ? byDefault : pastMomentOf(options.since, now, '--since');
  // The hour that is running belongs to it.
  const until = options.until === undefined ? now + 3_600_000 : pastMomentOf(options.until, now, '--until');
  if (since < until) return { since: Math.floor(since), until: Math.floor(until) };
  throw problem('value-invalid', {
    option: '--until',
    value: String(options.until).slice(0, 40),
    expects: 'later than --since',
  });
}
