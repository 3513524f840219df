/** What is left of one window of an account, as the upstream said it last. */
export interface HeadroomRow {
  account_id: string;
  /** `5h`, `input-tokens`, … */
  name: string;
  /** `plan` or `bucket`. */
  kind: string;
  /** Share, 0 … 1 and above. */
  used: number | null;
  most: number | null;
  remaining: number | null;
  status: string | null;
  reset_at: number | null;
  read_at: number;
  /** `[[moment, used share], …]`, oldest first. */
  samples: string;
}

/** Why an account, or one family of models on it, cannot serve. */
export interface RestRow {
  account_id: string;
  /** Empty for the account as a whole. */
  family: string;
  since: number;
  /** NULL for one that is signed out: no moment ends that. */
  ends_at: number | null;
  reason: string;
  /** What the upstream said: `header` or `body`, the name there and the value; NULL where nothing was kept. */
  evidence_in: string | null;
  evidence_name: string | null;
  evidence_value: string | null;
  is_guess: number;
  /** The moment that was named was not believed. */
  is_cut: number;
  /** Of one that is signed out: the upstream holds the account, whatever its credential. */
  is_held: number;
  /** Of the account it was learned with: it holds for that credential, at that upstream. */
  credential_at: number;
  base_url: string;
}

/** The account a session is on, and where its prompt cache is warm. */
export interface SessionHomeRow {
  session: string;
  account_id: string;
  used_at: number;
  /** When the cache on that account was last used, how long it is kept after that (ms), and what of the session it holds; NULL where nobody knows. */
  cache_used_at: number | null;
  cache_kept_ms: number | null;
  cache_tokens: number | null;
  /** The same of the account that the session had to leave. */
  left_account_id: string | null;
  left_used_at: number | null;
  left_kept_ms: number | null;
  left_tokens: number | null;
}
