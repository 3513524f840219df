import { groupings } from '../usage/reports/groupings.ts';
import { numberOption, option, textOption, type Declarer } from './declare.ts';

const filters = [
  option('--since <when>', 'a length ago (12h, 30d), today, a day or a moment'),
  textOption('--account <name>', 'only this account'),
  textOption('--model <name>', 'only this model, as requests name it'),
  textOption('--client <name>', 'only this client key; `local` for programs on this machine without one'),
];

/** What the ledger tells: `usage`, `requests`. */
export function declareReports(root: Declarer): void {
  root.add(
    {
      usage: 'usage',
      summary: 'what was used and what it cost',
      more:
        'Days and hours are those of the time zone that the proxy runs in. Without --since: thirty days, today for ' +
        'hours, seven days for sessions and agents. ' +
        'docs/usage.md explains every column.',
      options: [
        option('--by <what>', `${groupings.join(', ')} (default: day)`),
        ...filters,
        option('--until <when>', 'as --since; left out, now'),
        textOption(
          '--session <id>',
          'one session, by its id or the beginning of it: the tree of its agents, or lines with --by',
        ),
        option('--csv', 'print CSV, exact figures, for a spreadsheet').conflicts('json'),
      ],
      json: true,
      examples: [
        ['usage', 'the last thirty days, a line a day'],
        ['usage --by model --since today', 'which models cost what today'],
        ['usage --by client --csv', 'for a spreadsheet'],
        ['usage --session 0b9c1f6e', 'what each agent of a session cost'],
      ],
    },
    async () => (await import('./usage.ts')).usage,
  );
  root.add(
    {
      usage: 'requests',
      summary: 'the last calls, one a line: who served them, how they ended, what they cost',
      more: 'Never what was said in them. With --follow and --json: one JSON object a line.',
      options: [
        option('--follow', 'go on with those that come, until Ctrl-C'),
        numberOption('--limit <number>', 'so many, the newest (default: 20)', 1, 1_000),
        ...filters,
        textOption('--session <id>', 'only this session, by its id or the beginning of it'),
        textOption('--agent <id>', 'only this agent of a session'),
        textOption('--request <id>', 'the call with this x-request-id or upstream request-id'),
        option('--troubled', 'only what failed, broke off or moved to another account'),
      ],
      json: true,
      examples: [
        ['requests --follow', 'watch calls as they end'],
        ['requests --troubled --since 24h', 'what went wrong since yesterday'],
        ['requests --request req_01… --json', 'everything about one call'],
      ],
    },
    async () => (await import('./requests.ts')).requests,
  );
}
