import { filePath, optional } from './kinds.ts';
import { setting } from './setting.ts';

export const accounts = {
  help: 'Accounts that stand in files, as Docker and Kubernetes mount them, beside those that commands add. `docs/accounts.md` has the format.',
  settings: {
    file: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'A file of accounts, TOML or JSON by its name. A changed file is taken over within a second; a broken one, or one that is gone, leaves the accounts as they are.',
      isLive: false,
      example: '/run/accounts/accounts.toml',
    }),
    folder: setting({
      kind: optional(filePath('folder')),
      fallback: undefined,
      help: 'A folder in which every `.toml` and `.json` file is such a file of accounts. A file that is taken out takes its accounts with it.',
      isLive: false,
      example: '/run/accounts',
    }),
  },
} as const;
