import { choice, decimal, listOf, seconds, wholeNumber } from './kinds.ts';
import { nameAndFactor } from './price-kinds.ts';
import { setting } from './setting.ts';

export const routing = {
  help: 'How calls find their account.',
  settings: {
    policy: setting({
      kind: choice(['balanced', 'round-robin', 'priority', 'soonest-reset', 'least-cost']),
      fallback: 'balanced',
      help: 'Who takes a new session among the accounts of the lowest priority that can. `balanced`: by weight, by what is left of their rate limits and budgets, and by calls in flight. `round-robin`: in turn. `priority`: always the first, until it is used up. `soonest-reset`: whose budget begins anew soonest. `least-cost`: where calls cost least, by `price_factors`.',
      isLive: true,
    }),
    priceFactors: setting({
      kind: listOf(nameAndFactor(), 'accounts with a factor'),
      fallback: [],
      help: 'What calls cost on an account, as a multiple of the list price, for the policy `least-cost`: `["work=0.8"]`. Accounts that are not named have 1.',
      isLive: true,
    }),
    softLimit: setting({
      kind: decimal(0, 1),
      fallback: 0.98,
      help: "The used share of a plan's window from which on new sessions pass over an account, where another can take them, until the window begins anew. 1 is the limit itself.",
      isLive: true,
    }),
    maxWaitSeconds: setting({
      kind: seconds(0, 120),
      fallback: 15,
      help: 'How long a call is held at most until a limit is over: that of the account its session is on, where moving would cost cache, or that of any account, where none can serve. A limit that ends later is not waited for at all. 0 never waits.',
      isLive: true,
    }),
    queueSeconds: setting({
      kind: seconds(0, 120),
      fallback: 30,
      help: 'How long a call is held at most while every account that could take it is at its `maxConcurrent`. 0 answers at once with 429.',
      isLive: true,
    }),
    maxWaiting: setting({
      kind: wholeNumber(0, 10_000),
      fallback: 200,
      help: 'Calls that wait at once, for room or for the end of a limit; what comes beyond is answered as if there were no queue.',
      isLive: true,
    }),
    waitedSecondUsd: setting({
      kind: decimal(0, 1000),
      fallback: 0.0005,
      help: 'What a second of waiting is worth, in US dollars. A call waits for the account of its session only as long as that is worth less than the cached prompt that would be written again elsewhere. 0 waits for the smallest prompt; `1` (a dollar) in fact for none.',
      isLive: true,
    }),
    rateLimitHeaders: setting({
      kind: choice(['auto', 'always', 'never']),
      fallback: 'auto',
      help: "Whether the upstream's `anthropic-ratelimit-*` headers reach the client. `auto`: for pass-through accounts and where there is one account only; with several they speak of an account the client does not know.",
      isLive: true,
    }),
    sessionTtlSeconds: setting({
      kind: seconds(1, 30 * 86_400),
      fallback: 3600,
      help: 'How long a session without calls stays bound to its account. Prompt caches live for five minutes or an hour.',
      isLive: true,
    }),
    maxSessions: setting({
      kind: wholeNumber(1, 10_000_000),
      fallback: 100_000,
      help: 'Sessions remembered at once; beyond it the one unused for longest is forgotten.',
      isLive: true,
    }),
    subagents: setting({
      kind: choice(['with-session', 'own']),
      fallback: 'with-session',
      help: 'Where the subagents of a Claude Code session are at home: on the account of their session, or each on one of its own, by the policy.',
      isLive: true,
    }),
    batchResultsUrl: setting({
      kind: choice(['proxy', 'upstream']),
      fallback: 'proxy',
      help: 'Where the `results_url` of a message batch points. SDKs fetch it as it stands: `proxy` lets them find the results with the key they have; `upstream` passes the answer unchanged.',
      isLive: true,
    }),
  },
} as const;

export const clients = {
  help: 'Who may call.',
  settings: {
    keys: setting({
      kind: choice(['auto', 'required', 'off']),
      fallback: 'auto',
      help: 'Whether callers need a client key. `auto`: while no key exists and `host` is this machine itself, everyone on this machine may call; as soon as one key exists, or `host` is any other address, each call needs a key. `required`: always. `off`: never, and then the proxy refuses to listen on any address but this machine itself.',
      isLive: false,
    }),
    maxConcurrentCalls: setting({
      kind: wholeNumber(0, 1_000_000),
      fallback: 0,
      help: 'Calls served at once, all clients together; 0 is no limit. Beyond it calls are answered with 503.',
      isLive: true,
    }),
    budgetsWhenUnreadable: setting({
      kind: choice(['open', 'closed']),
      fallback: 'open',
      help: 'What happens to callers with a hard budget while the database does not tell what they have spent: `open` serves them and counts from what is known; `closed` refuses them.',
      isLive: true,
    }),
  },
} as const;
