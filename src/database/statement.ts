import type { Compilable } from 'kysely';

/** One SQL statement and the values of its placeholders. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** One SQL statement and the values of its placeholders as the text of a JSON array: plain values alone. */
export interface TextStatement {
  readonly sql: string;
  readonly json: string;
}

/** A statement of a batch: a query, or one whose values are a text already. */
export type BatchStatement = Compilable | TextStatement;

/** A statement as it travels. */
export function compiled(statement: BatchStatement): Statement | TextStatement {
  if (!('compile' in statement)) return statement;
  const { sql, parameters } = statement.compile();
  return { sql, parameters };
}

/** The statement with its values one by one. */
export function spelledOut(statement: Statement | TextStatement): Statement {
  if ('parameters' in statement) return statement;
  const parameters: unknown = JSON.parse(statement.json);
  return { sql: statement.sql, parameters: Array.isArray(parameters) ? parameters : [] };
}
