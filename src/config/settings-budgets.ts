import { choice, decimal, listOf, optional, wholeNumber, yesNo } from './kinds.ts';
import { line } from './provider-kinds.ts';
import { setting } from './setting.ts';

export const budgets = {
  what: 'a budget',
  sampleName: 'team',
  help: 'What may be spent: `[budgets.team]` is a budget called "team". Each needs `limit_usd` or `limit_tokens`. Days, weeks (from Monday) and months are those of UTC. `docs/budgets.md` says what counts, and what clients see.',
  settings: {
    scope: setting({
      kind: choice(['total', 'key', 'each-key', 'account']),
      fallback: 'total',
      help: 'Whose spending counts: `total` everybody together, `key` the client keys in `of` together, `each-key` every client key by itself, `account` the accounts in `of` together.',
      isLive: true,
    }),
    of: setting({
      kind: listOf(line(), 'names, such as ["laptop"]'),
      fallback: [],
      help: 'Names or ids: of client keys for the scope `key`, of accounts for `account`. For `each-key` left out: every key.',
      isLive: true,
      example: 'laptop',
    }),
    period: setting({
      kind: choice(['daily', 'weekly', 'monthly']),
      fallback: 'monthly',
      help: 'When it begins anew: each day, on Mondays, or on the first of the month, at midnight UTC.',
      isLive: true,
    }),
    limitUsd: setting({
      kind: optional(decimal(0.01, 1e9)),
      fallback: undefined,
      help: 'The limit in US dollars.',
      isLive: true,
      example: '100',
    }),
    limitTokens: setting({
      kind: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
      fallback: undefined,
      help: 'The limit in tokens instead: input, output and what is written to the prompt cache. Reads from the cache do not count.',
      isLive: true,
      example: '5000000',
    }),
    warnAt: setting({
      kind: decimal(0.01, 1),
      fallback: 0.75,
      help: 'The part of it from which on clients and log are warned; once more at 0.95.',
      isLive: true,
    }),
    hard: setting({
      kind: yesNo(),
      fallback: true,
      help: 'Whether calls are refused once it is used up. `false` only warns.',
      isLive: true,
    }),
  },
} as const;
