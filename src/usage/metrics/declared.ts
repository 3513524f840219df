import { declare } from './family.ts';

const counter = declare.bind(undefined, 'counter');
const gauge = declare.bind(undefined, 'gauge');
const histogram = declare.bind(undefined, 'histogram');
const info = declare.bind(undefined, 'info');

/** What tells budgets apart: a name may stand for several, of a key and of all, in money and in tokens. */
const budgetLabels = ['budget', 'scope', 'period', 'hard'];

/** Every metric there is, in the order they are told. `docs/metrics.md` explains each. */
export const declared = {
  build: info('build', ['version', 'runtime', 'os', 'arch'], 'The program that runs; always 1.'),

  calls: counter(
    'calls',
    ['purpose', 'status', 'ended', 'model'],
    'Calls whose answer is over, by the class of its status and by how it ended.',
  ),
  callErrors: counter('call_errors', ['type'], 'Calls that were answered with an error, by its type.'),
  callDuration: histogram(
    'call_duration_seconds',
    ['purpose', 'ended', 'model'],
    'From the beginning of a call to the last byte of its answer.',
  ),
  firstByte: histogram(
    'call_first_byte_seconds',
    ['purpose', 'stream', 'model'],
    'From the beginning of a call to the first byte of the body of its answer.',
  ),
  callWait: histogram(
    'call_wait_seconds',
    ['purpose'],
    'How long calls waited for an account, those that did.',
  ),
  requestBytes: counter('request_bytes', ['purpose'], 'Bytes of the bodies of requests.'),
  answerBytes: counter(
    'answer_bytes',
    ['purpose'],
    'Bytes of the bodies of answers, as they went over the wire.',
  ),
  callsInFlight: gauge('calls_in_flight', [], 'Calls that are inside now, counting tokens apart.'),
  callsWaiting: gauge('calls_waiting', [], 'Calls that wait for an account now.'),
  streamsOpen: gauge('streams_open', [], 'Streamed answers underway.'),
  heldBytes: gauge('held_bytes', [], 'Bytes of requests held in memory, to be repeated on another account.'),

  tokens: counter('tokens', ['account', 'model', 'kind', 'estimate'], 'Tokens that answers say they used.'),
  thinkingTokens: counter(
    'thinking_tokens',
    ['account', 'model', 'estimate'],
    'The part of the output tokens that was thinking.',
  ),
  serverTools: counter(
    'server_tool_uses',
    ['account', 'model', 'tool'],
    'Web searches and fetches that the upstream made for answers.',
  ),
  withoutUsage: counter(
    'calls_without_usage',
    ['account'],
    'Messages that were answered well, but whose answer told no usage that could be read.',
  ),
  cost: counter(
    'cost_usd',
    ['account', 'model', 'basis', 'estimate'],
    'What answers cost in US dollars; basis unknown is a guess, since no price of the model is known.',
  ),
  cacheSaved: counter(
    'cache_saved_usd',
    ['account', 'model', 'basis', 'estimate'],
    'What calls saved by the prompt cache, those that it saved anything.',
  ),
  cacheOverspent: counter(
    'cache_overspent_usd',
    ['account', 'model', 'basis', 'estimate'],
    'What calls paid more for writing the prompt cache than they saved by reading it.',
  ),
  clientCalls: counter('client_calls', ['client', 'status'], 'Calls whose answer is over, by who called.'),
  clientTokens: counter(
    'client_tokens',
    ['client', 'kind'],
    'Tokens that answers say they used, by who called.',
  ),
  clientCost: counter(
    'client_cost_usd',
    ['client', 'basis'],
    'What answers cost in US dollars, by who called.',
  ),

  attempts: counter(
    'attempts',
    ['account', 'ending', 'scope', 'lesson'],
    'Attempts of calls on accounts, by how they ended, whom that is about and what the account learned.',
  ),
  attemptDuration: histogram(
    'attempt_duration_seconds',
    ['account', 'ending'],
    'From the beginning of an attempt to the head of the answer, of a stream to its first event, or until it failed.',
  ),
  moves: counter('moves', ['from', 'to'], 'Calls that did not stay on the account of their session.'),
  moveCost: counter('move_cost_usd', ['from', 'to'], 'What moves cost: cache written again instead of read.'),

  standing: gauge(
    'account_standing',
    ['account', 'standing'],
    'Where an account stands: 1 for that standing.',
  ),
  restEnds: gauge(
    'account_rest_ends_timestamp_seconds',
    ['account'],
    'When an account that rests is ready again.',
  ),
  avoided: gauge('account_avoided', ['account'], 'Whether an account is avoided for the moment.'),
  accountInFlight: gauge('account_calls_in_flight', ['account'], 'Calls on an account now.'),
  headroom: gauge('account_headroom_ratio', ['account', 'window'], 'What is left of a limit, 0 to 1.'),
  remaining: gauge(
    'account_headroom_remaining',
    ['account', 'window'],
    'What is left of a limit, in what the limit counts.',
  ),
  windowReset: gauge(
    'account_window_reset_timestamp_seconds',
    ['account', 'window'],
    'When a limit begins anew.',
  ),
  refreshes: counter(
    'token_refreshes',
    ['account', 'result'],
    'Renewals of tokens of sign-ins that are over.',
  ),

  budgetUsedRatio: gauge(
    'budget_used_ratio',
    [...budgetLabels, 'unit'],
    'What of a budget is used; above 1 it is overdrawn.',
  ),
  budgetUsedUsd: gauge('budget_used_usd', budgetLabels, 'What of a budget in money is used.'),
  budgetLimitUsd: gauge('budget_limit_usd', budgetLabels, 'What a budget in money allows.'),
  budgetUsedTokens: gauge('budget_used_tokens', budgetLabels, 'What of a budget in tokens is used.'),
  budgetLimitTokens: gauge('budget_limit_tokens', budgetLabels, 'What a budget in tokens allows.'),
  budgetReset: gauge(
    'budget_reset_timestamp_seconds',
    [...budgetLabels, 'unit'],
    'When a budget begins anew.',
  ),

  ledgerQueue: gauge('ledger_queue_calls', [], 'Calls that wait to be written into the ledger.'),
  ledgerQueueBytes: gauge('ledger_queue_bytes', [], 'Memory of the calls that wait, roughly.'),
  ledgerLag: gauge('ledger_lag_seconds', [], 'How long the oldest call that waits has been over.'),
  ledgerFailing: gauge('ledger_failing', [], 'Whether the ledger cannot be written right now.'),
  ledgerWritten: counter('ledger_written_calls', [], 'Calls written into the ledger.'),
  ledgerDropped: counter(
    'ledger_dropped_calls',
    ['rows'],
    'Calls of which the ledger gave up something, by what: all of it, or only the attempts.',
  ),

  overflow: counter(
    'metrics_overflow',
    [],
    'Things counted under "other" because their metric has all the series it may have.',
  ),
  loopLag: histogram(
    'event_loop_lag_seconds',
    [],
    'How late the program comes to what is due, looked at once a second.',
  ),
  heapBytes: gauge('heap_bytes', [], "Memory of the program's own objects."),
  cpu: counter('process_cpu_seconds', [], 'Processor time, of the user and the system.'),
  resident: gauge('process_resident_memory_bytes', [], 'Memory the process has in use.'),
  startTime: gauge('process_start_time_seconds', [], 'When the process began, since the epoch.'),
  openFds: gauge('process_open_fds', [], 'Open files and connections.'),
  maxFds: gauge('process_max_fds', [], 'How many files and connections may be open.'),
} as const;
