import { logLevels } from '../base/log.ts';
import { numberOption, option, type Declarer } from './declare.ts';

/** `logs` and `logs level`. */
export function declareLogs(root: Declarer): void {
  const logs = root.add(
    {
      usage: 'logs',
      summary: 'show the log of the proxy, running or not',
      more: 'Reads the log file and the older ones beside it. --grep looks at what is shown: `status=429` finds a fact.',
      options: [
        option('-f, --follow', 'go on with what is written from now on, until Ctrl-C'),
        numberOption('-n, --lines <count>', 'how many of the last lines (default: 100)', 0, 1_000_000),
        option('--level <level>', 'only lines that are at least as important').choices([...logLevels]),
        option('--grep <text>', 'only lines with this text, in any case'),
      ],
      json: true,
      examples: [
        ['logs -f', 'watch it'],
        ['logs --level warn -n 20', 'the last things that went wrong'],
        ['logs --grep status=429 --json', 'calls that met a limit, for a script'],
      ],
    },
    async () => (await import('./logs.ts')).logs,
  );
  root.under(logs).add(
    {
      usage: 'level [level]',
      summary: 'how much the running proxy writes; changes it for a while',
      more:
        'level: debug, info, warn or error; `settings` for what `log.level` says. It holds until the time is over, ' +
        'the proxy ends, or another level is saved in the settings.',
      options: [option('--for <time>', 'how long: 90s, 10m, 2h, 7d at most').default('1h')],
      json: true,
      examples: [
        ['logs level', 'what it is now'],
        ['logs level debug --for 10m', 'more, for ten minutes'],
        ['logs level settings', 'as it was'],
      ],
    },
    async () => (await import('./logs-level.ts')).logsLevel,
  );
}
