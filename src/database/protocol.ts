import { spelledOut, type Statement, type TextStatement } from './statement.ts';

/** Statements on their way to the worker; as JSON where that says all of them. */
export type Statements = readonly Statement[] | string;

/** Fewer values than this are not worth asking about. */
const manyValues = 64;

/** What stands in that JSON: each SQL once, and statements by its place, since long ones come many times over. */
interface Packed {
  readonly sql: readonly string[];
  readonly statements: readonly (readonly [sql: number, parameters: readonly unknown[]])[];
}

/**
 * Statements with many values travel as one text: measured with rows of the ledger, that takes the thread that
 * carries streams a third of the time a copy of all the values would take it, and the worker no more.
 */
export function pack(statements: readonly (Statement | TextStatement)[]): Statements {
  const count = statements.reduce(
    (sum, one) => sum + ('json' in one ? manyValues : one.parameters.length),
    0,
  );
  const isText =
    count >= manyValues && statements.every((one) => 'json' in one || one.parameters.every(isPlain));
  if (!isText) return statements.map(spelledOut);
  const places = new Map<string, number>();
  const packed = statements.map((one) => {
    const place = places.get(one.sql) ?? places.size;
    places.set(one.sql, place);
    return `[${place},${'json' in one ? one.json : JSON.stringify(one.parameters)}]`;
  });
  return `{"sql":${JSON.stringify([...places.keys()])},"statements":[${packed.join(',')}]}`;
}

export function unpack(statements: Statements): readonly Statement[] {
  if (typeof statements !== 'string') return statements;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `pack` made of statements
  const packed = JSON.parse(statements) as Packed;
  return packed.statements.map(([place, parameters]) => ({ sql: packed.sql[place] ?? '', parameters }));
}

/** Whether the value is the same behind JSON. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || value === null || typeof value === 'boolean';
}

/** What the streaming thread asks of the worker that holds the file. */
export type Request =
  | { readonly is: 'open'; readonly path: string }
  | { readonly is: 'run'; readonly statement: Statement }
  /** All statements or none, in one round trip; `durable` waits until the disk has them. */
  | { readonly is: 'batch'; readonly statements: Statements; readonly durable: boolean }
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
