/** One SQL statement and the values of its placeholders. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What the streaming thread asks of the worker that holds the file. */
export type Request =
  | { readonly is: 'open'; readonly path: string }
  | { readonly is: 'run'; readonly statement: Statement }
  /** All statements or none, in one round trip; `durable` waits until the disk has them. */
  | { readonly is: 'batch'; readonly statements: readonly Statement[]; readonly durable: boolean }
  /** Ends a transaction that may have ended by itself (SQLite rolls back on a full disk). */
  | { readonly is: 'rollback' }
  | { readonly is: 'close' };

/** What one statement gave. */
export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly changes: number;
  readonly lastRowId: number | bigint;
}

/** An error as it crosses back: SQLite's own words and the name of its extended result code. */
export interface Failure {
  readonly message: string;
  readonly sqlite: string | undefined;
}

export interface Asked {
  readonly id: number;
  readonly request: Request;
}

export type Answered =
  | { readonly id: number; readonly results: readonly StatementResult[] }
  | { readonly id: number; readonly failure: Failure };
