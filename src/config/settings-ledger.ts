import { byteCount, wholeNumber, yesNo } from './kinds.ts';
import { setting } from './setting.ts';

export const ledger = {
  help: 'What is remembered of calls: times, tokens, cost. Never what was asked or answered.',
  settings: {
    enabled: setting({
      kind: yesNo(),
      fallback: true,
      help: 'Whether calls are written down. Off, `usage` and `requests` know nothing of the calls made meanwhile. Budgets keep count either way.',
      isLive: true,
    }),
    keepDays: setting({
      kind: wholeNumber(1, 36_500),
      fallback: 90,
      help: 'How long each call is kept by itself. Its share in the sums of its hour stays.',
      isLive: true,
    }),
    keepRollupDays: setting({
      kind: wholeNumber(1, 36_500),
      fallback: 1_826,
      help: 'How long the sums of each hour are kept, by account, client and model: five years.',
      isLive: true,
    }),
    maxBytes: setting({
      kind: byteCount(16 * 2 ** 20, 2 ** 40),
      fallback: 2 * 2 ** 30,
      help: 'The most that the database file may hold. Beyond it the oldest calls go first, also before `keep_days`; their sums stay. About 3 million calls fit into 1 GiB. A Postgres server has limits of its own; there this changes nothing.',
      isLive: true,
    }),
  },
} as const;
