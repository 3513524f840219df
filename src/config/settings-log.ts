import { logLevels } from '../base/log.ts';
import { byteCount, choice, linesFile, wholeNumber, yesNo } from './kinds.ts';
import { setting } from './setting.ts';

const mib = 2 ** 20;

export const log = {
  help: 'What is written down, see `docs/logs.md`. Bodies and credentials never are.',
  settings: {
    level: setting({
      kind: choice(logLevels),
      fallback: 'info',
      help: 'The least important lines that are still written. `logs level` changes it for a while.',
      isLive: true,
      flag: '--log-level <level>',
    }),
    format: setting({
      kind: choice(['auto', 'pretty', 'json']),
      fallback: 'auto',
      help: 'On standard error: `pretty` for people, `json` for machines, one object a line. `auto`: pretty at a terminal, else json.',
      isLive: false,
    }),
    terminal: setting({
      kind: yesNo(),
      fallback: true,
      help: 'Whether lines go to standard error as well. A proxy that `run` starts in the background writes none there.',
      isLive: false,
    }),
    file: setting({
      kind: linesFile(),
      fallback: true,
      help: 'The file that lines are kept in, as JSON: `true` for `logs/proxy.log` in the home directory, `false` for none, or a path.',
      isLive: false,
    }),
    maxFileBytes: setting({
      kind: byteCount(mib, 1024 * mib),
      fallback: 10 * mib,
      help: 'A new file begins when this one would become larger, and at each midnight (UTC). Old ones are compressed.',
      isLive: true,
    }),
    keepFiles: setting({
      kind: wholeNumber(0, 10_000),
      fallback: 30,
      help: 'Old log files that are kept, at most.',
      isLive: true,
    }),
    keepDays: setting({
      kind: wholeNumber(1, 3_650),
      fallback: 30,
      help: 'Old log files whose last line is older than this are removed.',
      isLive: true,
    }),
  },
} as const;
