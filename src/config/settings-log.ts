import { logLevels } from '../base/log.ts';
import { choice } from './kinds.ts';
import { setting } from './setting.ts';

export const log = {
  help: 'What is written down. Bodies and credentials never are.',
  settings: {
    level: setting({
      kind: choice(logLevels),
      fallback: 'info',
      help: 'The least important lines that are still written.',
      isLive: true,
      flag: '--log-level <level>',
    }),
    format: setting({
      kind: choice(['auto', 'pretty', 'json']),
      fallback: 'auto',
      help: '`pretty` for people, `json` for machines, one object a line. `auto`: pretty at a terminal, else json.',
      isLive: false,
    }),
  },
} as const;
