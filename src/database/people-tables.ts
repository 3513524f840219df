/** The tables of who may come in at the doors of the page, as in `tables.ts`. */
export interface PeopleTables {
  people: PersonRow;
  page_sessions: PageSessionRow;
  audit: AuditRow;
}

/** Somebody who signs in with a password. */
export interface PersonRow {
  id: string;
  name: string;
  /** The name as it is compared. */
  name_key: string;
  /** `admin`, `viewer`. */
  role: string;
  /** Its hash (argon2id, in the form of the PHC). */
  password: string;
  created_at: number;
  password_at: number;
}

/** A browser in which somebody is signed in. What the browser has is kept as its SHA-256. */
export interface PageSessionRow {
  id: string;
  hash: string;
  /** What takes its place as soon as the browser shows that it has it. */
  next_hash: string | null;
  next_at: number | null;
  /** What it took the place of. */
  before_hash: string | null;
  changed_at: number;
  /** `password`, `link`, `oidc`. */
  via: string;
  /** `person:ID`, `role:ROLE:ID` of a link, `oidc:PROVIDER:SUBJECT`. */
  whose: string;
  name: string;
  /** Where the provider has vouched for it. */
  email: string | null;
  address: string;
  created_at: number;
  seen_at: number;
}

/** Something that somebody changed. */
export interface AuditRow {
  /** In the order of time. */
  id: string;
  at: number;
  who: string;
  via: string;
  address: string;
  /** `account.added`, `signed-in`, … */
  what: string;
  /** What it was done to, by its name; empty where there is no such thing. */
  subject: string;
  /** A map of texts; never a secret. */
  details: string;
}
