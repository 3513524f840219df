/**
 * The tables as the newest migration leaves them. Moments are milliseconds since the Unix epoch, lists and
 * maps are JSON text, yes and no are 1 and 0: the same in SQLite and in Postgres.
 */
export interface Tables {
  accounts: AccountRow;
  account_secrets_underway: SecretUnderwayRow;
  client_keys: ClientKeyRow;
  bindings: BindingRow;
  budget_spend: BudgetSpendRow;
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
