import type { HeadroomRow, RestRow, SessionHomeRow } from './pool-tables.ts';
import type { PeopleTables } from './people-tables.ts';

export type { HeadroomRow, RestRow, SessionHomeRow } from './pool-tables.ts';

/**
 * The tables as the newest migration leaves them. Moments are milliseconds since the Unix epoch, lists and
 * maps are JSON text, yes and no are 1 and 0: the same in SQLite and in Postgres.
 */
export interface Tables extends PeopleTables {
  accounts: AccountRow;
  account_secrets_underway: SecretUnderwayRow;
  client_keys: ClientKeyRow;
  bindings: BindingRow;
  budget_spend: BudgetSpendRow;
  calls: CallRow;
  session_hours: SessionHourRow;
  attempts: AttemptRow;
  moves: MoveRow;
  body_digests: BodyDigestsRow;
  standings: StandingRow;
  rollups: RollupRow;
  headroom: HeadroomRow;
  rests: RestRow;
  session_homes: SessionHomeRow;
}

/** An account without its secret, which is in the vault under the same id. */
export interface AccountRow {
  id: string;
  name: string;
  /** The name as it is compared: two accounts may not differ in case alone. */
  name_key: string;
  kind: string;
  base_url: string;
  plain_http: number;
  send_as: string | null;
  provider: string | null;
  priority: number;
  weight: number;
  models: string;
  max_concurrent: number | null;
  headers: string;
  proxy: string | null;
  /** The entry of the vault with user name and password for the proxy. */
  proxy_login: string | null;
  extra_ca: string | null;
  notes: string;
  enabled: number;
  created_at: number;
  updated_at: number;
  credential_at: number;
}

/** A secret that is being stored or deleted: what a crash in between leaves for the next start to finish. */
export interface SecretUnderwayRow {
  /** An account, meaning all its entries in the vault; or one entry. */
  account_id: string;
  since: number;
}

/** A key we handed out to a client: never the key, only its SHA-256. */
export interface ClientKeyRow {
  id: string;
  name: string;
  name_key: string;
  owner: string;
  hash: string;
  hint: string;
  models: string;
  accounts: string;
  requests_per_minute: number | null;
  calls_at_once: number | null;
  budgets: string;
  role: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

/** Which account made an object of the upstream (a batch, a file, …) or serves a session. */
export interface BindingRow {
  /** The id of the object, behind the name of the space it is unique in. */
  object: string;
  kind: string;
  account_id: string;
  created_at: number;
  expires_at: number;
}

/** What was spent in one day, week or month, by one key, on one account, or in all. */
export interface BudgetSpendRow {
  /** `total`, `key:ID`, `account:ID`. */
  subject: string;
  /** `daily`, `weekly`, `monthly`. */
  period: string;
  period_start: number;
  /** Millionths of a US dollar. */
  micro_usd: number;
  tokens: number;
}

/** A call whose answer is over. What the answer did not say is null. Lengths of time are whole milliseconds. */
export interface CallRow {
  /** In the order in which calls ended, of all processes: `usage/ledger/ids.ts` makes it, and finds moments in it. */
  id: number;
  request_id: string;
  started_at: number;
  method: string;
  path: string;
  /** `messages`, `counting`, `other`. */
  purpose: string;
  client_id: string;
  client_name: string;
  session: string | null;
  agent: string | null;
  parent_agent: string | null;
  model: string | null;
  /** Where the answer named another one. */
  answered_model: string | null;
  account_id: string | null;
  account_name: string | null;
  why: string | null;
  is_stream: number;
  status: number;
  /** `complete`, `error`, `cut`, `client-left`. */
  ended: string;
  error_type: string | null;
  stop_reason: string | null;
  message_id: string | null;
  upstream_request_id: string | null;
  bytes_in: number;
  bytes_out: number;
  first_byte_ms: number | null;
  ms: number;
  /** For an account; null where it did not wait. */
  waited_ms: number | null;
  /** How many there were; rows of their own have only those of calls that did not simply succeed at the first. */
  attempts: number;
  /** Tokens, all of them null where the answer told no usage. */
  input: number | null;
  output: number | null;
  cache_read: number | null;
  cache_write_5m: number | null;
  cache_write_1h: number | null;
  thinking: number | null;
  web_searches: number | null;
  web_fetches: number | null;
  service_tier: string | null;
  speed: string | null;
  inference_geo: string | null;
  /** The tokens or the cost were worked out of what had passed, or of what is usual. */
  is_estimate: number;
  /** Millionths of a US dollar, fractions included; null where there was nothing to pay for. */
  cost_micro_usd: number | null;
  /** `listed`, `set`, `unknown`; null with the cost. */
  cost_basis: string | null;
  cache_saved_micro_usd: number | null;
}

/**
 * An hour in which calls of a session ended: they have ids from `from_id` on and below `below_id`. Calls are not
 * indexed by session; this says where to look for them.
 */
export interface SessionHourRow {
  session: string;
  from_id: number;
  below_id: number;
}

/** One try of a call. */
export interface AttemptRow {
  call_id: number;
  /** From 1. */
  number: number;
  account_id: string;
  account_name: string;
  /** After the call began. */
  at_ms: number;
  ms: number;
  ending: string;
  status: number | null;
  error_type: string | null;
  error_code: string | null;
  scope: string | null;
  lesson: string;
  reason: string | null;
  upstream_request_id: string | null;
  /** The header that the account learned it from. */
  evidence_header: string | null;
  evidence_value: string | null;
}

/** A call that did not stay on the account of its session. */
export interface MoveRow {
  call_id: number;
  /** When the call began. */
  at: number;
  session: string | null;
  from_id: string;
  from_name: string;
  to_id: string;
  to_name: string;
  reason: string;
  micro_usd: number | null;
  /** Of the prompt, what was written again; null of moves from before this was known. */
  tokens: number | null;
}

/** What passed of the request's body of a call, where somebody watched: `usage/body-digests.ts` says what it holds. */
export interface BodyDigestsRow {
  started_at: number;
  request_id: string;
  /** JSON. */
  digests: string;
}

/** A change of where an account stands: from `since` on, until the next row of the account, or `until` where it names that. */
export interface StandingRow {
  id: number;
  account_id: string;
  account_name: string;
  /** `ready`, `resting`, `signed-out`, `switched-off`. */
  standing: string;
  since: number;
  until: number | null;
  reason: string | null;
}

/**
 * The calls of an hour that have account, client, model and basis of their cost in common, summed up. A call
 * belongs to the hour in which it began, on the proxy's own clock and in its time zone. What has no
 * account, model or cost has '' there. All calls are in here, also those whose own rows were dropped.
 */
export interface RollupRow {
  /** `2026-11-25`. */
  day: string;
  /** 0 … 23. */
  hour: number;
  account_id: string;
  client_id: string;
  model: string;
  cost_basis: string;
  /** The names as they were last. */
  account_name: string;
  client_name: string;
  calls: number;
  /** Of `calls`, those whose purpose was `messages`. */
  messages: number;
  errors: number;
  cut: number;
  client_left: number;
  attempts: number;
  moves: number;
  /** Calls of which tokens or cost are an estimate. */
  estimates: number;
  input: number;
  output: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  thinking: number;
  web_searches: number;
  web_fetches: number;
  bytes_in: number;
  bytes_out: number;
  ms_sum: number;
  first_byte_ms_sum: number;
  /** The calls that `first_byte_ms_sum` is of. */
  first_byte_count: number;
  /** Between first and last byte of streams that told their output, and the tokens that came in it. */
  output_ms_sum: number;
  timed_output: number;
  cost_micro_usd: number;
  cache_saved_micro_usd: number;
  move_micro_usd: number;
}
